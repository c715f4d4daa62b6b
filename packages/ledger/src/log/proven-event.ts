import { equalBytes } from '../bytes.ts';
import type { Json } from '../canonical-json.ts';
import { commit, HASH_BYTES } from '../commitment.ts';
import { LedgerError } from '../ledger-error.ts';
import { leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/proofs.ts';
import { openCheckpoint, type OpenedCheckpoint } from '../note/checkpoint.ts';
import type { Verifier } from '../note/keys.ts';
import { fromBase64, toBase64 } from '../platform.ts';
import { idOf } from './canonical-event.ts';

/** An event with all that shows it to be in the log. Plain JSON, to be kept beside whatever it is about. */
export interface ProvenEvent {
  readonly eventId: string;
  /** Index of its leaf, 0 for the first. */
  readonly index: number;
  /** Base64 of the salted hash that the leaf holds. */
  readonly commitment: string;
  /** The canonical text of the event, and its salt in Base64; null once the content was erased. */
  readonly content: { readonly salt: string; readonly canonical: string } | null;
  /** Base64 of each hash of the audit path, from the leaf's sibling up (RFC 6962 section 2.1.1). */
  readonly inclusionProof: readonly string[];
  /** The signed checkpoint that the path leads to. */
  readonly checkpoint: string;
}

export interface VerifiedEvent {
  readonly index: number;
  /** What was recorded; null when it was erased, so that only its place is proven. */
  readonly event: Json | null;
  readonly checkpoint: OpenedCheckpoint;
}

export function provenEvent(parts: {
  readonly eventId: string;
  readonly index: number;
  readonly commitment: Uint8Array;
  readonly content: { readonly salt: Uint8Array; readonly canonical: string } | null;
  readonly inclusionProof: readonly Uint8Array[];
  readonly checkpoint: string;
}): ProvenEvent {
  const { content } = parts;
  return {
    ...parts,
    commitment: toBase64(parts.commitment),
    content: content === null ? null : { salt: toBase64(content.salt), canonical: content.canonical },
    inclusionProof: parts.inclusionProof.map(toBase64),
  };
}

/**
 * Checks that an event is in the log of this key, and says what it is. Needs nothing but what it is given.
 * @throws {LedgerError} event-mismatch when it is not what the leaf commits to, proof-malformed, proof-invalid, or
 * what openCheckpoint throws
 */
export function verifyProvenEvent(
  proven: ProvenEvent,
  log: Verifier,
  witnesses: readonly Verifier[] = [],
): VerifiedEvent {
  const checkpoint = openCheckpoint(proven.checkpoint, log, witnesses);
  const commitment = hashOf(proven.commitment);
  const { index, content } = proven;
  if (content !== null) {
    const salt = bytesOf(content.salt);
    if (!equalBytes(commit(salt, content.canonical), commitment))
      throw new LedgerError('event-mismatch', 'The event is not what was recorded.');
    if (idOf(content.canonical) !== proven.eventId)
      throw new LedgerError('event-mismatch', 'The event has another id than is said.');
  }
  if (!Number.isSafeInteger(index) || index < 0)
    throw new LedgerError('proof-malformed', 'The index is no place in a log.');
  const { size, root } = checkpoint;
  verifyInclusion({ leaf: leafHash(commitment), index, size, root }, proven.inclusionProof.map(hashOf));
  const event = content === null ? null : (JSON.parse(content.canonical) as Json);
  return { index, event, checkpoint };
}

/** Takes a proven event from JSON that somebody else wrote. @throws {LedgerError} proof-malformed */
export function parseProvenEvent(value: unknown): ProvenEvent {
  const row = recordOf(value);
  const content = row['content'] === null ? null : recordOf(row['content']);
  const proof = row['inclusionProof'];
  if (!Array.isArray(proof) || proof.length > 64 || typeof row['index'] !== 'number') throw malformed();
  return {
    eventId: stringOf(row['eventId']),
    index: row['index'],
    commitment: stringOf(row['commitment']),
    content:
      content === null
        ? null
        : { salt: stringOf(content['salt']), canonical: stringOf(content['canonical']) },
    inclusionProof: proof.map(stringOf),
    checkpoint: stringOf(row['checkpoint']),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Record<string, unknown>;
}

function stringOf(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

function hashOf(text: string): Uint8Array {
  const hash = bytesOf(text);
  if (hash.length !== HASH_BYTES) throw malformed();
  return hash;
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === null) throw malformed();
  return bytes;
}

function malformed(): LedgerError {
  return new LedgerError('proof-malformed', 'The proof of an event cannot be read.');
}
