import { examinedAgain, screenExhibit, withOriginal, type ExhibitsTable } from '../cases/index.ts';
import { enqueue, type Clock, type Database, type Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { isPassing, type Screening } from '../screening/index.ts';
import type { Vault } from '../vault/index.ts';
import { raiseCase } from './raise-case.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'examine-again': { exhibitId: string };
  }
}

export interface ExamineAgainDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly screening: Screening;
}

const MINUTE_MS = 60_000;
/** Pauses before each further examination. After the last, the exhibit stays unscanned, and is shown as that. */
const PAUSES_MINUTES = [0, 1, 10, 60, 6 * 60, 24 * 60];

/** Enqueues another examination where the reason may be gone the next time: a limit of time, a decoder that was busy. */
export async function examineAgainLater(
  trx: Transaction,
  clock: Clock,
  exhibit: Pick<ExhibitsTable, 'id' | 'examinations'>,
  reason: string,
): Promise<void> {
  const pause = PAUSES_MINUTES[exhibit.examinations - 1];
  if (pause === undefined || !isPassing(reason)) return;
  await enqueue(
    trx,
    'examine-again',
    { exhibitId: exhibit.id },
    // One after another: each may take all the time that a long video takes.
    { runAt: new Date(clock.now().getTime() + pause * MINUTE_MS), queue: 'examine-again' },
  );
}

/**
 * Examines the original of an exhibit again, thoroughly, that could not be scanned for a passing reason. Verdict, signals
 * and the place of its case follow from what is found, each recorded. Done once for each time that it is enqueued.
 */
export async function examineAgain(deps: ExamineAgainDeps, exhibitId: string): Promise<void> {
  const { db, clock, screening } = deps;
  const exhibit = await db.selectFrom('exhibits').selectAll().where('id', '=', exhibitId).executeTakeFirst();
  if (exhibit === undefined || !isDue(exhibit)) return;
  const examination = await withOriginal(deps, exhibit, (original) =>
    screening.examine(original, 'thorough'),
  );
  await db.transaction().execute(async (trx) => {
    const now = await trx
      .selectFrom('exhibits')
      .selectAll()
      .where('id', '=', exhibitId)
      .forUpdate()
      .executeTakeFirst();
    if (now === undefined || !isDue(now) || now.examinations !== exhibit.examinations) return;
    const examined = await examinedAgain(trx, exhibitId, examination);
    const verdict = await screenExhibit({ trx, screening, clock }, examined);
    const reason = verdict.verdict === 'unscanned' ? verdict.reason : null;
    await record(trx, {
      type: 'exhibit.examined-again',
      at: clock.now(),
      actor: { kind: 'system', part: 'screening' },
      ...(now.case_id === null ? {} : { caseId: now.case_id }),
      payload: { exhibitId, examination: examined.examinations, verdict: verdict.verdict, reason },
    });
    if (reason !== null) await examineAgainLater(trx, clock, examined, reason);
    await raiseCase(trx, clock, examined, verdict.verdict === 'match' ? 'match' : 'other');
  });
}

/** Enqueues another examination of all that had no decoder, of kinds for which there is one now. For the start. */
export async function examineWhatHadNoDecoder(
  db: Database,
  kinds: readonly ExhibitsTable['media_kind'][],
): Promise<void> {
  if (kinds.length === 0) return;
  await db.transaction().execute(async (trx) => {
    const exhibits = await trx
      .selectFrom('exhibits')
      .select('id')
      .where('verdict', '=', 'unscanned')
      .where('unscanned_reason', '=', 'decoder-unavailable')
      .where('media_kind', 'in', kinds)
      .execute();
    for (const { id } of exhibits)
      await enqueue(
        trx,
        'examine-again',
        { exhibitId: id },
        { key: `examine-again:${id}`, queue: 'examine-again' },
      );
  });
}

function isDue({ verdict, unscanned_reason: reason }: ExhibitsTable): boolean {
  return verdict === 'unscanned' && reason !== null && isPassing(reason);
}
