import { parseDecimal } from '../bytes.ts';
import { HASH_BYTES } from '../commitment.ts';
import { LedgerError } from '../ledger-error.ts';
import type { TreeHead } from '../merkle/proofs.ts';
import { fromBase64, toBase64 } from '../platform.ts';
import { signatureTime } from './cosigned-message.ts';
import type { Signer, Verifier } from './keys.ts';
import { parseNote, signNote, verifyNote } from './signed-note.ts';

/** The head of a log's tree, as C2SP tlog-checkpoint spells it in a note. */
export interface Checkpoint extends TreeHead {
  /** Names the log. */
  readonly origin: string;
  /** Whatever lines follow; none in a log of ours. */
  readonly extensions: readonly string[];
}

/** A checkpoint of which the log's own signature holds. */
export interface OpenedCheckpoint extends Checkpoint {
  /** The whole note, with all of its signatures. */
  readonly note: string;
  /** Witnesses that were asked for and signed it, and when, by their clocks. */
  readonly cosignatures: readonly { readonly witness: string; readonly at: Date }[];
}

export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  return `${[origin, String(size), toBase64(root), ...extensions].join('\n')}\n`;
}

/** Signs the head of the log whose name is that of the key. */
export function signCheckpoint(head: TreeHead, signer: Signer, at: Date): string {
  return signNote(checkpointText({ ...head, origin: signer.verifier.name, extensions: [] }), [signer], at);
}

/** Takes the text of a checkpoint apart. @throws {LedgerError} checkpoint-malformed */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('it does not end in a newline');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = parseDecimal(sizeText);
  const root = fromBase64(rootText);
  if (origin === '') throw malformed('it has no origin');
  if (size === null) throw malformed('its size is no number');
  if (root?.length !== HASH_BYTES) throw malformed('its root is no hash');
  if (extensions.includes('')) throw malformed('it has an empty line');
  return { origin, size, root, extensions };
}

/**
 * The checkpoint within a note, after checking the log's signature, and that of each of `witnesses` that signed.
 * @throws {LedgerError} note-malformed, checkpoint-malformed, signature-invalid or signed-by-another-key
 */
export function openCheckpoint(
  note: string,
  log: Verifier,
  witnesses: readonly Verifier[] = [],
): OpenedCheckpoint {
  const parsed = parseNote(note);
  verifyNote(parsed, [log]);
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== log.name)
    throw new LedgerError('signed-by-another-key', `The checkpoint is of the log ${checkpoint.origin}.`);
  const signed = verifyNote(parsed, [log, ...witnesses]).filter(({ verifier }) => verifier !== log);
  const cosignatures = signed.flatMap(({ verifier, bytes }) => {
    const seconds = verifier.kind === 'witness' ? signatureTime(bytes) : null;
    return seconds === null ? [] : [{ witness: verifier.name, at: new Date(seconds * 1000) }];
  });
  return { ...checkpoint, note, cosignatures };
}

function malformed(why: string): LedgerError {
  return new LedgerError('checkpoint-malformed', `The checkpoint cannot be read: ${why}.`);
}
