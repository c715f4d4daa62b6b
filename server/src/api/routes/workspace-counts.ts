import { approvalsToSign, visibleTo, type Permission, type Person } from '../../access/index.ts';
import { deliveryCounts } from '../../enforcement/index.ts';
import { reportsInTrouble } from '../../reporting/index.ts';
import type { Workspace } from '../contract/index.ts';
import type { ApiDeps } from '../deps.ts';

/**
 * What a person may count: of the cases that they may know of, each where they may read it; an auditor counts all. Whoever
 * has nothing to do with cases does not learn how many there are.
 */
export async function countsFor(
  { db, clock }: ApiDeps,
  person: Person,
  permissions: readonly Permission[],
): Promise<Workspace['counts']> {
  const viewer = permissions.includes('queue.read') ? person : 'all';
  const may = (permission: Permission) =>
    permissions.includes(permission) || permissions.includes('counts.read');
  const deliveries = may('deliveries.read') ? await deliveryCounts(db, viewer) : null;
  return {
    openCases: may('queue.read') ? await openCases(db, viewer) : null,
    unscannedExhibits: may('queue.read') ? await unscannedExhibits(db, viewer) : null,
    pendingDeliveries: deliveries?.pending ?? null,
    deadDeliveries: deliveries?.dead ?? null,
    reportsInTrouble: may('reports.read') ? await reportsInTrouble(db, viewer) : null,
    hashListEntries: may('hash-lists.read') ? await hashListEntries(db) : null,
    approvalsToSign: await approvalsToSign(db, clock, person),
  };
}

async function openCases(db: ApiDeps['db'], viewer: Person | 'all'): Promise<number> {
  const row = await db
    .selectFrom('cases')
    .where('status', '=', 'open')
    .$if(viewer !== 'all', (query) => query.where(visibleTo(viewer as Person)))
    .select((count) => count.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

async function unscannedExhibits(db: ApiDeps['db'], viewer: Person | 'all'): Promise<number> {
  const row = await db
    .selectFrom('exhibits')
    .where('verdict', '=', 'unscanned')
    .$if(viewer !== 'all', (query) =>
      query.where((expression) =>
        expression.or([
          expression('exhibits.case_id', 'is', null),
          visibleTo(viewer as Person, 'exhibits.case_id'),
        ]),
      ),
    )
    .select((count) => count.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

async function hashListEntries(db: ApiDeps['db']): Promise<number> {
  const row = await db
    .selectFrom('hash_list_entries')
    .select((count) => count.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}
