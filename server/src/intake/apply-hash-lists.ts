import { addSignals, examinationOf, type ExhibitsTable } from '../cases/index.ts';
import { enqueue, type Clock, type Database, type Jobs } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Match, Screening } from '../screening/index.ts';
import { raiseCase } from './raise-case.ts';

export interface ApplyDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly screening: Screening;
}

/** Exhibits that one job compares; the next one goes on from there. */
const AT_A_TIME = 200;
/** How often it is looked whether those that had no verdict yet have one, and under which lists. */
const ROUNDS = 5;
const ROUND_MS = 60_000;

/**
 * Compares what was taken in before with lists that were imported since, by the fingerprints that are stored: no original
 * is opened. What does not match leaves no trace; what does is recorded, and raises its case.
 */
export async function applyHashLists(deps: ApplyDeps, job: Jobs['apply-hash-lists']): Promise<void> {
  const exhibits = await earlierExhibits(deps.db, job);
  const undecided: string[] = [];
  for (const exhibit of exhibits) {
    if (exhibit.verdict === 'pending') {
      undecided.push(exhibit.id);
      continue;
    }
    const matches = await deps.screening.matchesOf(deps.db, examinationOf(exhibit));
    if (matches.length > 0) await matchLater(deps, exhibit.id, matches);
  }
  await goOn(deps, job, exhibits, undecided);
}

/** Those whose verdict was found under older lists, or not yet. */
function earlierExhibits(db: Database, job: Jobs['apply-hash-lists']): Promise<ExhibitsTable[]> {
  const { version, after, only } = job;
  let query = db
    .selectFrom('exhibits')
    .selectAll()
    .where((where) => where.or([where('lists_version', 'is', null), where('lists_version', '<', version)]))
    .orderBy('id')
    .limit(AT_A_TIME);
  if (after !== undefined) query = query.where('id', '>', after);
  if (only !== undefined) query = query.where('id', 'in', [...only]);
  return query.execute();
}

async function matchLater(
  { db, clock }: ApplyDeps,
  exhibitId: string,
  matches: readonly Match[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const exhibit = await trx
      .selectFrom('exhibits')
      .selectAll()
      .where('id', '=', exhibitId)
      .forUpdate()
      .executeTakeFirst();
    if (exhibit === undefined || exhibit.verdict === 'pending') return;
    const added = await addSignals(trx, clock, exhibitId, matches);
    if (added === 0) return;
    await trx.updateTable('exhibits').set({ verdict: 'match' }).where('id', '=', exhibitId).execute();
    await record(trx, {
      type: 'exhibit.matched-later',
      at: clock.now(),
      actor: { kind: 'system', part: 'screening' },
      ...(exhibit.case_id === null ? {} : { caseId: exhibit.case_id }),
      payload: { exhibitId, matches: added },
    });
    if (exhibit.verdict !== 'match') await raiseCase(trx, clock, exhibit, 'match');
  });
}

async function goOn(
  { db, clock }: ApplyDeps,
  { version, only, round = 1 }: Jobs['apply-hash-lists'],
  exhibits: readonly ExhibitsTable[],
  undecided: readonly string[],
): Promise<void> {
  const last = exhibits.at(-1);
  const more = only === undefined && exhibits.length === AT_A_TIME && last !== undefined;
  const wait = undecided.length > 0 && round < ROUNDS;
  if (!more && !wait) return;
  await db.transaction().execute(async (trx) => {
    if (more)
      await enqueue(trx, 'apply-hash-lists', { version, after: last.id }, { queue: 'apply-hash-lists' });
    if (wait) {
      // Somebody may be looking them up in the older lists at this moment.
      const job = { version, only: undecided, round: round + 1 };
      await enqueue(trx, 'apply-hash-lists', job, { runAt: new Date(clock.now().getTime() + ROUND_MS) });
    }
  });
}
