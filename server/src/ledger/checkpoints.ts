import { randomBytes } from 'node:crypto';
import {
  addCosignatures,
  consistencyProof,
  generateSigningKey,
  openCheckpoint,
  parseSigningKey,
  parseSignatures,
  spellSignature,
  type OpenedCheckpoint,
  type Signer,
  type Verifier,
} from '@breakwater/ledger';
import { CodedError, type Clock, type Database, type Queryable, type Secrets } from '../foundation/index.ts';
import { inCodedWords } from './ledger-problems.ts';
import { subtrees } from './tree.ts';

/**
 * The key that signs this installation's ledger, made on the first start. Its name is the log's origin, and is made up:
 * nothing in it names the installation.
 */
export async function openLedgerKey(secrets: Secrets): Promise<Signer> {
  const key = await secrets.keep('ledger.key', () =>
    generateSigningKey(`breakwater/${randomBytes(8).toString('hex')}`, 'log'),
  );
  return inCodedWords(() => parseSigningKey(key));
}

/**
 * Refuses to go on with a ledger that another key has signed, because two keys would tell two histories.
 * @throws {CodedError} BW-LEDGER-OTHER-KEY
 */
export async function requireOwnLedger(db: Database, signer: Signer): Promise<void> {
  const note = await latestCheckpoint(db);
  if (note !== null) inCodedWords(() => openCheckpoint(note, signer.verifier));
}

/** The newest signed checkpoint, with the cosignatures that came in for it; null before the first. */
export async function latestCheckpoint(db: Queryable): Promise<string | null> {
  return checkpointWith(db, null);
}

/** The signed checkpoint over exactly `size` events; null when there is none. */
export async function checkpointOf(db: Queryable, size: number): Promise<string | null> {
  return checkpointWith(db, size);
}

async function checkpointWith(db: Queryable, size: number | null): Promise<string | null> {
  let query = db.selectFrom('ledger_checkpoints').select(['size', 'note']).orderBy('size', 'desc').limit(1);
  if (size !== null) query = query.where('size', '=', size);
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  const cosignatures = await db
    .selectFrom('ledger_cosignatures')
    .select('line')
    .where('size', '=', row.size)
    .orderBy('line')
    .execute();
  return row.note + cosignatures.map(({ line }) => line).join('');
}

/** The consistency proof between two sizes that the ledger has had. @throws {CodedError} BW-LEDGER-SIZE-UNKNOWN */
export async function consistency(db: Queryable, oldSize: number, size: number): Promise<Uint8Array[]> {
  const latest = await db
    .selectFrom('ledger_checkpoints')
    .select('size')
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (oldSize > size || size > (latest?.size ?? 0)) throw new CodedError('BW-LEDGER-SIZE-UNKNOWN');
  return consistencyProof(subtrees(db, size), oldSize, size);
}

/**
 * Keeps what witnesses answered about the checkpoint over `size` events. Returns that checkpoint with all of it.
 * @throws {CodedError} BW-LEDGER-SIZE-UNKNOWN, or for a signature that does not hold or is of nobody known
 */
export async function keepCosignatures(
  db: Database,
  clock: Clock,
  cosignatures: {
    readonly size: number;
    readonly lines: string;
    readonly log: Verifier;
    readonly witnesses: readonly Verifier[];
  },
): Promise<OpenedCheckpoint> {
  const { size, lines, log, witnesses } = cosignatures;
  const checkpoint = await checkpointOf(db, size);
  if (checkpoint === null) throw new CodedError('BW-LEDGER-SIZE-UNKNOWN');
  const cosigned = inCodedWords(() => addCosignatures(checkpoint, lines, log, witnesses));
  const added = parseSignatures(cosigned.slice(cosigned.lastIndexOf('\n\n') + 2))
    .map(spellSignature)
    .filter((line) => !checkpoint.includes(line));
  if (added.length > 0) {
    const received_at = clock.now();
    await db
      .insertInto('ledger_cosignatures')
      .values(added.map((line) => ({ size, line, received_at })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return inCodedWords(() => openCheckpoint(cosigned, log, witnesses));
}
