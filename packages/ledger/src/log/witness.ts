import { equalBytes, parseDecimal } from '../bytes.ts';
import { HASH_BYTES } from '../commitment.ts';
import { LedgerError } from '../ledger-error.ts';
import { verifyConsistency, type TreeHead } from '../merkle/proofs.ts';
import { openCheckpoint, type OpenedCheckpoint } from '../note/checkpoint.ts';
import type { Signer, Verifier } from '../note/keys.ts';
import { parseNote, parseSignatures, signatureLine, spellSignature } from '../note/signed-note.ts';
import { fromBase64, toBase64 } from '../platform.ts';

/** What a log asks of a witness: the body of `add-checkpoint` of C2SP tlog-witness, in a file or over HTTP. */
export interface AddCheckpoint {
  /** Size of the tree that the witness signed last; 0 for none. */
  readonly oldSize: number;
  readonly consistencyProof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly checkpoint: string;
}

const MOST_PROOF_LINES = 63;

export function spellAddCheckpoint({ oldSize, consistencyProof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...consistencyProof.map(toBase64), '', checkpoint].join('\n');
}

/** @throws {LedgerError} request-malformed */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.indexOf('\n\n');
  const [first = '', ...rows] = body.slice(0, Math.max(0, split)).split('\n');
  const oldSize = parseDecimal(first.replace(/^old /, ''));
  if (!first.startsWith('old ') || oldSize === null || rows.length > MOST_PROOF_LINES) throw malformed();
  const consistencyProof = rows.map((row) => {
    const hash = fromBase64(row);
    if (hash?.length !== HASH_BYTES) throw malformed();
    return hash;
  });
  return { oldSize, consistencyProof, checkpoint: body.slice(split + 2) };
}

/**
 * What a witness does with a request: checks that the log has only grown since the checkpoint that it signed last, and
 * signs. The caller keeps the new head, durably, before it gives the signature away.
 * @throws {LedgerError} stale when the proof does not begin at the last head, rollback, fork, proof-invalid, or what
 * openCheckpoint throws
 */
export function cosign(
  request: AddCheckpoint,
  witness: {
    readonly log: Verifier;
    readonly signer: Signer;
    /** The head that this witness signed last; null before the first. */
    readonly last: TreeHead | null;
    readonly at: Date;
  },
): { readonly head: OpenedCheckpoint; readonly cosignature: string } {
  const { last, signer, at } = witness;
  if (signer.verifier.kind !== 'witness')
    throw new LedgerError('key-malformed', 'This is the key of a log and not that of a witness.');
  const head = openCheckpoint(request.checkpoint, witness.log);
  if (request.oldSize !== (last?.size ?? 0) && head.size >= (last?.size ?? 0)) {
    const message = `The proof begins at ${request.oldSize} events; this witness last signed ${last?.size ?? 0}.`;
    throw new LedgerError('stale', message);
  }
  if (last !== null) requireGrown(last, head, request.consistencyProof);
  else if (request.consistencyProof.length > 0)
    throw new LedgerError('proof-invalid', 'Nothing was signed before, so nothing is to be proven.');
  return { head, cosignature: signatureLine(parseNote(request.checkpoint).text, signer, at) };
}

/**
 * Checks that a log went on from a head that was seen before.
 * @throws {LedgerError} rollback when it has become smaller, fork when it does not go on from what was seen
 */
export function requireGrown(seen: TreeHead, now: TreeHead, proof: readonly Uint8Array[]): void {
  if (now.size < seen.size)
    throw new LedgerError(
      'rollback',
      `The ledger had ${seen.size} events and now has ${now.size}: it was rolled back.`,
    );
  if (now.size === seen.size && !equalBytes(now.root, seen.root))
    throw new LedgerError('fork', `The ledger has two different histories of ${now.size} events.`);
  try {
    verifyConsistency(seen, now, proof);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const message = `The ledger of ${now.size} events does not go on from the ${seen.size} that were seen before: its history was rewritten.`;
    throw new LedgerError('fork', message, { cause });
  }
}

/**
 * Puts the cosignatures of `witnesses` into a checkpoint; lines of others are left out.
 * @throws {LedgerError} note-malformed, signature-invalid, or signed-by-another-key when none is of a witness
 */
export function addCosignatures(
  checkpoint: string,
  lines: string,
  log: Verifier,
  witnesses: readonly Verifier[],
): string {
  const signatures = parseSignatures(lines);
  const known = new Set(parseNote(checkpoint).signatures.map(spellSignature));
  const added = signatures.filter((signature) =>
    witnesses.some(({ name, keyId }) => name === signature.name && keyId === signature.keyId),
  );
  if (added.length === 0)
    throw new LedgerError(
      'signed-by-another-key',
      'None of these signatures is by a witness that is known here.',
    );
  const fresh = added.map(spellSignature).filter((line) => !known.has(line));
  const cosigned = checkpoint + fresh.join('');
  openCheckpoint(cosigned, log, witnesses);
  return cosigned;
}

function malformed(): LedgerError {
  return new LedgerError('request-malformed', 'The request to a witness cannot be read.');
}
