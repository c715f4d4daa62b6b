import { randomUUID } from 'node:crypto';
import type { Clock, Queryable, Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { FindingKind, VaultFindingsTable } from './tables.ts';

const actor = { kind: 'system', part: 'vault' } as const;

/** Notes what is amiss with what lies in the store under a name. Recorded once, however often it is found again. */
export async function noteFinding(
  trx: Transaction,
  clock: Clock,
  finding: Pick<VaultFindingsTable, 'kind' | 'stored_as' | 'object_id'>,
): Promise<'new' | 'known'> {
  const now = clock.now();
  const known = await openFinding(trx, finding.stored_as);
  if (known?.kind === finding.kind) {
    await trx.updateTable('vault_findings').set({ seen_at: now }).where('id', '=', known.id).execute();
    return 'known';
  }
  if (known !== undefined) await resolve(trx, clock, known, `found ${finding.kind}`);
  const id = randomUUID();
  const inserted = await trx
    .insertInto('vault_findings')
    .values({ id, ...finding, found_at: now, seen_at: now, resolved_at: null, resolved_how: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  // Somebody else has found it at the same time.
  if (inserted.numInsertedOrUpdatedRows === 0n) return 'known';
  const { kind, stored_as: storedAs, object_id: objectId } = finding;
  await record(trx, {
    type: 'vault.finding',
    at: now,
    actor,
    payload: { findingId: id, kind, storedAs, objectId },
  });
  return 'new';
}

/** Notes that what lies under the name, or did, is in order; does nothing if it was. */
export async function resolveFinding(
  trx: Transaction,
  clock: Clock,
  storedAs: string,
  how: 'verified' | 'replaced' | 'swept' | 'gone' | 'entered',
): Promise<void> {
  const known = await openFinding(trx, storedAs);
  if (known !== undefined) await resolve(trx, clock, known, how);
}

/** What is amiss now; of one name in the store, if it is given. */
export function openFindings(
  db: Queryable,
  kinds: readonly FindingKind[] = ['missing', 'corrupt', 'orphaned', 'unexpected'],
  storedAs?: string,
): Promise<VaultFindingsTable[]> {
  return db
    .selectFrom('vault_findings')
    .selectAll()
    .where('resolved_at', 'is', null)
    .where('kind', 'in', kinds)
    .$if(storedAs !== undefined, (query) => query.where('stored_as', '=', storedAs ?? ''))
    .orderBy('found_at')
    .orderBy('stored_as')
    .execute();
}

function openFinding(trx: Queryable, storedAs: string): Promise<VaultFindingsTable | undefined> {
  return trx
    .selectFrom('vault_findings')
    .selectAll()
    .where('stored_as', '=', storedAs)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
}

async function resolve(
  trx: Transaction,
  clock: Clock,
  finding: VaultFindingsTable,
  how: string,
): Promise<void> {
  const { id: findingId, kind, stored_as: storedAs } = finding;
  await trx
    .updateTable('vault_findings')
    .set({ resolved_at: clock.now(), resolved_how: how })
    .where('id', '=', findingId)
    .execute();
  await record(trx, {
    type: 'vault.finding-resolved',
    at: clock.now(),
    actor,
    payload: { findingId, kind, storedAs, how },
  });
}
