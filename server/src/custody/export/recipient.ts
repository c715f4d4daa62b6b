import { Encrypter } from 'age-encryption';
import { CodedError } from '../../foundation/index.ts';

/** Seals to an age public key; null when it is none. */
export function encrypterTo(recipient: string): Encrypter | null {
  if (!recipient.startsWith('age1')) return null;
  try {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return encrypter;
  } catch {
    // The library says what is wrong with the letters of it, which helps nobody who pasted half a key.
    return null;
  }
}

/** @throws {CodedError} BW-RECIPIENT-INVALID */
export async function sealTo(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = encrypterTo(recipient);
  if (encrypter === null) throw new CodedError('BW-RECIPIENT-INVALID');
  return encrypter.encrypt(bytes);
}
