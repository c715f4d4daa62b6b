import { joinBytes } from '../bytes.ts';
import { LedgerError } from '../ledger-error.ts';
import { fromBase64, toBase64 } from '../platform.ts';
import { requireName, type Signer, type Verifier } from './keys.ts';

/** A note of C2SP signed-note: a text, and who signed it. */
export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** Without the key id. */
  readonly bytes: Uint8Array;
}

const MOST_CHARACTERS = 1_000_000;
const MOST_SIGNATURES = 100;

/** Signs a text. @throws {LedgerError} note-malformed when it does not end in a newline, or cannot stand in a note */
export function signNote(text: string, signers: readonly Signer[], at: Date): string {
  requireText(text);
  return `${text}\n${signers.map((signer) => signatureLine(text, signer, at)).join('')}`;
}

/** The line by which `signer` signs a note's text, with its newline. */
export function signatureLine(text: string, signer: Signer, at: Date): string {
  const { name, keyId } = signer.verifier;
  return spellSignature({ name, keyId, bytes: signer.sign(text, at) });
}

export function spellSignature({ name, keyId, bytes }: NoteSignature): string {
  const id = Uint8Array.of(keyId >>> 24, keyId >>> 16, keyId >>> 8, keyId);
  return `— ${name} ${toBase64(joinBytes([id, bytes]))}\n`;
}

/** Takes a note apart; whether its signatures are any good is another matter. @throws {LedgerError} note-malformed */
export function parseNote(note: string): SignedNote {
  if (note.length > MOST_CHARACTERS) throw malformed('it is too long');
  const split = note.lastIndexOf('\n\n');
  if (split === -1) throw malformed('no blank line stands before its signatures');
  const text = note.slice(0, split + 1);
  requireText(text);
  return { text, signatures: parseSignatures(note.slice(split + 2)) };
}

/** Takes signature lines apart, such as a witness answers with. @throws {LedgerError} note-malformed */
export function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw malformed('it does not end in a newline');
  const rows = lines.slice(0, -1).split('\n');
  if (rows.length > MOST_SIGNATURES) throw malformed('it has too many signatures');
  return rows.map(parseSignature);
}

/**
 * The signatures of a note by the keys of `verifiers`, each checked; those of other keys are left out, as C2SP
 * signed-note has it. @throws {LedgerError} signature-invalid when one of them does not hold,
 * signed-by-another-key when there is none
 */
export function verifyNote(note: SignedNote, verifiers: readonly Verifier[]): VerifiedSignature[] {
  const verified = note.signatures.flatMap((signature) => {
    const verifier = verifiers.find(
      ({ name, keyId }) => name === signature.name && keyId === signature.keyId,
    );
    if (verifier === undefined) return [];
    if (!verifier.verify(note.text, signature.bytes))
      throw new LedgerError('signature-invalid', `The signature of ${verifier.name} does not hold.`);
    return [{ ...signature, verifier }];
  });
  if (verified.length === 0) {
    const names = [...new Set(note.signatures.map(({ name }) => name))].join(', ');
    throw new LedgerError(
      'signed-by-another-key',
      `None of the known keys signed this; it is signed by: ${names}.`,
    );
  }
  return verified;
}

export type VerifiedSignature = NoteSignature & { readonly verifier: Verifier };

function parseSignature(line: string): NoteSignature {
  const match = /^— (\S+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const [, name = '', base64 = ''] = match ?? [];
  const data = fromBase64(base64);
  if (match === null || data === null || data.length < 5) throw malformed('a signature line cannot be read');
  try {
    requireName(name);
  } catch (cause) {
    throw new LedgerError('note-malformed', 'The note cannot be read: a key has no valid name.', { cause });
  }
  const keyId = new DataView(data.buffer, data.byteOffset).getUint32(0);
  return { name, keyId, bytes: data.subarray(4) };
}

function requireText(text: string): void {
  if (!text.endsWith('\n')) throw malformed('its text does not end in a newline');
  // oxlint-disable-next-line no-control-regex -- control characters are what a note must not contain
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed())
    throw malformed('its text has a control character or is not valid Unicode');
}

function malformed(why: string): LedgerError {
  return new LedgerError('note-malformed', `The note cannot be read: ${why}.`);
}
