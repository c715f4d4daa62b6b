import { randomUUID } from 'node:crypto';
import type { Clock, Database, Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { noteFinding, openFindings, resolveFinding } from './findings.ts';
import { surveyStore } from './survey.ts';
import { storedAs, type VaultObjectsTable, type VaultScrubsTable } from './tables.ts';
import type { Vault, Verification } from './vault.ts';

export interface ScrubDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
}

export interface ScrubOptions {
  /** Every object, or as many of those not looked at for longest as it takes to get round in so many days. */
  readonly extent: { readonly kind: 'all' } | { readonly kind: 'sample'; readonly withinDays: number };
  /** How old a sealed object without a row must be to be called orphaned: it may be about to get one. */
  readonly orphanedAfterMs?: number;
  /** How old it must be to be taken away. A database restored from last week's copy must not cost the week's exhibits. */
  readonly sweptAfterMs?: number;
}

export type ScrubReport = Omit<VaultScrubsTable, 'started_at' | 'finished_at'> & {
  /** Sealed bytes that could be neither compared nor opened. */
  readonly unknown: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 200;

/**
 * Looks after what lies in the store: whether each object is there and as it was sealed, and whether anything lies there
 * that should not. Every finding is in the ledger once. May be cut short at any time and run again.
 */
export async function scrubVault(deps: ScrubDeps, options: ScrubOptions): Promise<ScrubReport> {
  const { db, clock, vault } = deps;
  const startedAt = clock.now();
  const verifying = await verifyObjects(deps, options.extent, startedAt);
  const survey = await surveyStore(deps, {
    orphanedAfterMs: options.orphanedAfterMs ?? HOUR_MS,
    sweptAfterMs: options.sweptAfterMs ?? 30 * DAY_MS,
  });
  await vault.store.sweepUnfinished(new Date(clock.now().getTime() - DAY_MS));
  const { unknown, ...counts } = verifying;
  const report = {
    id: randomUUID(),
    extent: options.extent.kind,
    ...counts,
    found: (await openFindings(db)).length,
    swept: survey.swept,
  };
  await db.transaction().execute(async (trx) => {
    const row = { ...report, started_at: startedAt, finished_at: clock.now() };
    await trx.insertInto('vault_scrubs').values(row).execute();
    const { id: scrubId, ...rest } = report;
    await record(trx, {
      type: 'vault.scrubbed',
      at: clock.now(),
      actor: { kind: 'system', part: 'vault' },
      payload: { scrubId, ...rest },
    });
  });
  return { ...report, unknown };
}

async function verifyObjects(
  deps: ScrubDeps,
  extent: ScrubOptions['extent'],
  startedAt: Date,
): Promise<{ verified: number; opened: number; unknown: number }> {
  const counts = { verified: 0, opened: 0, unknown: 0 };
  let left = await howMany(deps.db, extent);
  for (let after: Place | null = null; left > 0; ) {
    const rows: Due[] = await nextDue(deps.db, startedAt, after, Math.min(left, BATCH));
    if (rows.length === 0) break;
    for (const row of rows) {
      const verification = await deps.vault.verify(deps.db, row.id);
      await deps.db.transaction().execute((trx) => settle(trx, deps.clock, row, verification));
      counts.verified += 1;
      if (verification.found === 'unknown') counts.unknown += 1;
      if (verification.found === 'intact' && verification.opened) counts.opened += 1;
    }
    left -= rows.length;
    after = rows.at(-1) ?? null;
  }
  return counts;
}

async function settle(trx: Transaction, clock: Clock, row: Due, verification: Verification): Promise<void> {
  // Locked, so that it is not forgotten, or replaced, between having been looked at and being judged.
  const now = await trx
    .selectFrom('vault_objects')
    .select(['id', 'stored_as'])
    .where('id', '=', row.id)
    .forUpdate()
    .executeTakeFirst();
  if (now === undefined || storedAs(now) !== storedAs(row)) return;
  switch (verification.found) {
    case 'intact':
      await resolveFinding(trx, clock, storedAs(row), 'verified');
      await trx
        .updateTable('vault_objects')
        .set({ verified_at: clock.now(), sealed_sha256: verification.sealedSha256 })
        .where('id', '=', row.id)
        .execute();
      return;
    case 'missing':
    case 'corrupt':
      await noteFinding(trx, clock, {
        kind: verification.found,
        stored_as: storedAs(row),
        object_id: row.id,
      });
      await trx
        .updateTable('vault_objects')
        .set({ verified_at: clock.now() })
        .where('id', '=', row.id)
        .execute();
      return;
    case 'unknown':
      return;
  }
}

type Due = Pick<VaultObjectsTable, 'id' | 'stored_as'> & Place;
interface Place {
  readonly id: string;
  readonly last: Date;
}

/** The next of those not looked at since the scrub began, longest ago first. */
function nextDue(db: Database, startedAt: Date, after: Place | null, limit: number): Promise<Due[]> {
  return db
    .selectFrom('vault_objects')
    .select((expression) => [
      'id',
      'stored_as',
      expression.fn.coalesce('verified_at', 'sealed_at').as('last'),
    ])
    .$if(after !== null, (query) =>
      query.where((expression) => {
        const last = expression.fn.coalesce('verified_at', 'sealed_at');
        return expression.or([
          expression(last, '>', after!.last),
          expression.and([expression(last, '=', after!.last), expression('id', '>', after!.id)]),
        ]);
      }),
    )
    .where((expression) => expression(expression.fn.coalesce('verified_at', 'sealed_at'), '<=', startedAt))
    .orderBy((expression) => expression.fn.coalesce('verified_at', 'sealed_at'))
    .orderBy('id')
    .limit(limit)
    .execute();
}

async function howMany(db: Database, extent: ScrubOptions['extent']): Promise<number> {
  const { count } = await db
    .selectFrom('vault_objects')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return extent.kind === 'all' ? count : Math.ceil(count / extent.withinDays);
}
