import { hash, verify } from '@node-rs/argon2';
import { CodedError, type Secrets } from '../../foundation/index.ts';

const SHORTEST = 12;
const LONGEST = 256;
/** RFC 9106, section 4: 64 MiB and three passes, for where memory is not the scarcest thing. Argon2id is the default. */
const COST = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 } as const;

/**
 * Refuses a password that is short, or easy to guess for somebody who knows whose it is. No rule asks for kinds of
 * characters (NIST SP 800-63B, section 3.1.1).
 * @throws {CodedError} BW-PASSWORD-WEAK saying what is the matter
 */
export function requireStrongPassword(password: string, names: readonly string[]): void {
  const characters = Array.from(password.normalize('NFC'));
  if (characters.length < SHORTEST) throw weak(`Use at least ${SHORTEST} characters.`);
  if (characters.length > LONGEST) throw weak(`Use at most ${LONGEST} characters.`);
  if (new Set(characters).size < 5) throw weak('Use more different characters.');
  const folded = fold(password);
  const own = [...names, 'breakwater'].flatMap((name) => [
    fold(name),
    ...name.split(/[^\p{L}\p{N}]+/u).map(fold),
  ]);
  const found = own.find(
    (part) => part.length >= 4 && folded.includes(part) && folded.length - part.length < 8,
  );
  if (found !== undefined) throw weak('It is little more than a name of yours.');
}

/** The PHC string of the password under argon2id, keyed by the installation: a copy of the database alone cannot be tried. */
export function hashPassword(secrets: Secrets, password: string): Promise<string> {
  return hash(password.normalize('NFC'), { ...COST, secret: pepper(secrets) });
}

/** Without a hash it takes as long, and is wrong: nobody learns from the time whether there is such a person. */
export async function verifyPassword(
  secrets: Secrets,
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  const right = await verify(passwordHash ?? (await nobodysHash(secrets)), password.normalize('NFC'), {
    secret: pepper(secrets),
  });
  return right && passwordHash !== undefined;
}

const nobodys = new WeakMap<Secrets, Promise<string>>();

/** Made once, with the same cost as everybody's. */
function nobodysHash(secrets: Secrets): Promise<string> {
  const made = nobodys.get(secrets) ?? hashPassword(secrets, secrets.derive('nobody', '').toString('hex'));
  nobodys.set(secrets, made);
  return made;
}

function pepper(secrets: Secrets): Buffer {
  return secrets.derive('password hashes', '');
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function weak(message: string): CodedError {
  return new CodedError('BW-PASSWORD-WEAK', { message: `This password is too weak. ${message}` });
}
