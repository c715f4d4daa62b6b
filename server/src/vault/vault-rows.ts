import { CodedError, type Clock, type Queryable, type Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { noteFinding, openFindings, resolveFinding } from './findings.ts';
import type { ObjectStore } from './object-store.ts';
import type { Sealed } from './sealing.ts';
import { storedAs, type FindingKind, type VaultObjectsTable } from './tables.ts';

/** @throws {CodedError} BW-EXHIBIT-CORRUPT when there is none */
export async function objectRow(db: Queryable, objectId: string): Promise<VaultObjectsTable> {
  const row = await db.selectFrom('vault_objects').selectAll().where('id', '=', objectId).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-EXHIBIT-CORRUPT');
  return row;
}

export function findContent(db: Queryable, contentKey: Buffer): Promise<VaultObjectsTable | undefined> {
  return db.selectFrom('vault_objects').selectAll().where('content_key', '=', contentKey).executeTakeFirst();
}

/** The same; waits for whoever is just destroying it, and keeps it from being destroyed until the transaction has ended. */
export function holdContent(trx: Transaction, contentKey: Buffer): Promise<VaultObjectsTable | undefined> {
  return trx
    .selectFrom('vault_objects')
    .selectAll()
    .where('content_key', '=', contentKey)
    .forKeyShare()
    .executeTakeFirst();
}

/** The age file: the header that was kept apart, and then what lies in the store. */
export async function* wholeFile(
  { header }: Pick<VaultObjectsTable, 'header'>,
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  if (header !== null) yield header;
  yield* stored;
}

/** Whether the object is there, and nothing is known to be amiss with it: only then need the same not be sealed again. */
export async function isSound(db: Queryable, store: ObjectStore, row: VaultObjectsTable): Promise<boolean> {
  const faults = await openFindings(db, ['missing', 'corrupt'], storedAs(row));
  return faults.length === 0 && (await store.has(storedAs(row)));
}

export function columnsOf(
  sealed: Sealed,
): Pick<VaultObjectsTable, 'stored_as' | 'sealed_sha256' | 'sealed_bytes' | 'sealed_to' | 'header'> {
  return {
    stored_as: sealed.name,
    sealed_sha256: sealed.sha256,
    sealed_bytes: sealed.bytes,
    sealed_to: [...sealed.to],
    header: sealed.header,
  };
}

/** Lets a sound copy of the same content take the place of one that was lost or damaged. */
export async function replace(
  trx: Transaction,
  clock: Clock,
  row: VaultObjectsTable,
  sealed: Sealed,
): Promise<void> {
  await trx.updateTable('vault_objects').set(columnsOf(sealed)).where('id', '=', row.id).execute();
  await resolveFinding(trx, clock, storedAs(row), 'replaced');
  await record(trx, {
    type: 'vault.object-replaced',
    at: clock.now(),
    actor: { kind: 'system', part: 'vault' },
    payload: { objectId: row.id, storedAs: sealed.name },
  });
}

/** Notes what came out when somebody wanted to open an object. Within a transaction that will fail it is left to the scrub. */
export async function noteFault(
  db: Queryable,
  clock: Clock,
  row: VaultObjectsTable,
  kind: FindingKind,
): Promise<void> {
  if (db.isTransaction) return;
  await db
    .transaction()
    .execute((trx) => noteFinding(trx, clock, { kind, stored_as: storedAs(row), object_id: row.id }));
}
