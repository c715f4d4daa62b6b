import { open } from 'node:fs/promises';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CodedError } from '../foundation/index.ts';
import { askAtTerminal } from './terminal.ts';

/**
 * Writes a new age identity to `path`, never over anything, and returns whom it answers to. Protected by a passphrase it
 * is a file that the stock age program opens as well. For a command that a person gives: no server ever calls it.
 * @throws {CodedError} BW-COMMAND-INVALID when the file is there already, or the passphrase was not given twice
 */
export async function makeIdentityFile(path: string, protection: 'none' | 'passphrase'): Promise<string> {
  const identity = await generateX25519Identity();
  const bytes = Buffer.from(`${identity}\n`);
  await writeNew(path, protection === 'none' ? bytes : await protect(bytes));
  return identityToRecipient(identity);
}

async function protect(bytes: Uint8Array): Promise<Uint8Array> {
  const passphrase = await askAtTerminal('New passphrase of the vault: ');
  if (passphrase.length < SHORTEST)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: `A passphrase has ${SHORTEST} characters or more: take five words or so.`,
    });
  if ((await askAtTerminal('The same once more: ')) !== passphrase)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: 'The two passphrases differ. Nothing was written.',
    });
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(bytes);
}

const SHORTEST = 16;

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    const message = `${path} is there already, and is not written over.`;
    throw new CodedError('BW-COMMAND-INVALID', { message, cause });
  }
}
