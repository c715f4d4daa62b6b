import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { armor, Decrypter, identityToRecipient } from 'age-encryption';
import { gather } from './gather.ts';
import type { PassphraseSource, UnlockWay } from './keeper-questions.ts';
import { askAtTerminal, TerminalError } from './terminal.ts';

/** What the keeper opens with, and to whom that answers. */
export interface Identity {
  readonly keys: readonly string[];
  readonly recipients: readonly string[];
}

/** Why the vault cannot be unlocked, in a sentence for the operator that holds nothing secret. */
export class UnlockError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnlockError';
  }
}

const TRIES_AT_TERMINAL = 3;
const COMMAND_MS = 60_000;
const MOST_IDENTITY_BYTES = 64 * 1024;

/** Fetches the identity as it is said. @throws {UnlockError} */
export async function fetchIdentity(way: UnlockWay): Promise<Identity> {
  if (way.kind === 'command') return readIdentities(await outputOf(way.words));
  const file = await readSecretFile(way.path);
  if (!isProtected(file)) return readIdentities(file.toString('utf8'));
  const tries = way.passphrase.from === 'terminal' ? TRIES_AT_TERMINAL : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readIdentities(await unprotect(file, await passphraseFrom(way.passphrase, way.path)));
    } catch (error) {
      if (!(error instanceof WrongPassphrase) || attempt === tries) throw error;
    }
  }
}

class WrongPassphrase extends UnlockError {
  constructor(cause: unknown) {
    super('The passphrase does not open the identity file.', { cause });
  }
}

/** The identities of an age identity file: a line each, empty lines and comments left aside. @throws {UnlockError} */
export async function readIdentities(text: string): Promise<Identity> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) throw new UnlockError('What was to be the identity is empty.');
  try {
    return { keys, recipients: await Promise.all(keys.map((key) => identityToRecipient(key))) };
  } catch {
    // What the library says of it might quote it.
    throw new UnlockError('What was to be the identity is none: age identities begin with AGE-SECRET-KEY-.');
  }
}

const PROTECTED = 'age-encryption.org/v1\n';
const ARMORED = '-----BEGIN AGE ENCRYPTED FILE-----';

function isProtected(file: Buffer): boolean {
  return file.toString('latin1', 0, PROTECTED.length) === PROTECTED || isArmored(file);
}

function isArmored(file: Buffer): boolean {
  return file.toString('latin1').trimStart().startsWith(ARMORED);
}

async function unprotect(file: Buffer, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(isArmored(file) ? armor.decode(file.toString('latin1')) : file, 'text');
  } catch (cause) {
    throw new WrongPassphrase(cause);
  }
}

async function readSecretFile(path: string): Promise<Buffer> {
  try {
    const { mode, size } = await stat(path);
    if ((mode & 0o077) !== 0)
      throw new UnlockError(`${path} can be read by others. Close it with: chmod 600 ${path}`);
    if (size > MOST_IDENTITY_BYTES) throw new UnlockError(`${path} is too large for what it is to be.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof UnlockError) throw error;
    throw new UnlockError(`${path} cannot be read.`, { cause: error });
  }
}

async function passphraseFrom(source: PassphraseSource, path: string): Promise<string> {
  switch (source.from) {
    case 'none':
      throw new UnlockError(
        `${path} is protected by a passphrase. Say where it comes from in BREAKWATER_VAULT_PASSPHRASE_FROM.`,
      );
    case 'file':
      return firstLine((await readSecretFile(source.path)).toString('utf8'));
    case 'descriptor':
      return firstLine(await textFrom(source.descriptor));
    case 'terminal':
      return askForPassphrase();
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UnlockError('The passphrase is empty.');
  return line;
}

async function textFrom(descriptor: number): Promise<string> {
  try {
    const stream: AsyncIterable<Buffer> = createReadStream('', { fd: descriptor, end: MOST_IDENTITY_BYTES });
    return Buffer.concat(await gather(stream)).toString('utf8');
  } catch (cause) {
    throw new UnlockError('The descriptor that the passphrase was to come from cannot be read.', { cause });
  }
}

/** Asked and read by the keeper itself: no other process of the program sees what is typed. */
async function askForPassphrase(): Promise<string> {
  try {
    return await askAtTerminal('Passphrase of the vault: ');
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    throw new UnlockError(
      `${error.message} BREAKWATER_VAULT_PASSPHRASE_FROM can name a file or a descriptor.`,
      {
        cause: error,
      },
    );
  }
}

/** Without a shell. */
async function outputOf([file = '', ...words]: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, words, {
      timeout: COMMAND_MS,
      maxBuffer: MOST_IDENTITY_BYTES,
      shell: false,
    });
    return stdout;
  } catch (error) {
    // Its own words stay out of this: they might quote the identity.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new UnlockError(`The command that is to print the identity failed${code}: ${file}`);
  }
}
