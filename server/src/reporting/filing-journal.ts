import type { Clock, Database, Transaction } from '../foundation/index.ts';
import { record, type NewEvent } from '../ledger/index.ts';
import type { ReportFilesTable, ReportsTable, ReportStepRow, StepName } from './tables.ts';

/** The one thing to do next, as far as the journal tells. */
export type NextStep =
  | { readonly step: 'submit' | 'finish' | 'retract' }
  | { readonly step: 'upload' | 'fileinfo'; readonly file: ReportFilesTable };

/** What a step that was carried out changes, to be applied in the transaction that closes it. */
export type Settle = (trx: Transaction) => Promise<void>;

interface JournalDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** What the journal says is to be done next. */
export async function nextStep(db: Database, report: ReportsTable): Promise<NextStep> {
  if (report.external_id === null) return { step: 'submit' };
  const doubtful = await db
    .selectFrom('report_steps')
    .selectAll()
    .where('report_id', '=', report.id)
    .where('external_id', '=', report.external_id)
    .where('outcome', 'in', ['under-way', 'in-doubt'])
    .where('settled', '=', false)
    .orderBy('id', 'desc')
    .execute();
  const inTheAir = (steps: readonly StepName[]) =>
    doubtful.some((row: ReportStepRow) => steps.includes(row.step));
  if (inTheAir(['retract'])) return { step: 'retract' };
  if (inTheAir(['finish'])) return { step: 'finish' };
  if (inTheAir(['upload', 'fileinfo'])) return { step: 'retract' };
  const files = await db
    .selectFrom('report_files')
    .selectAll()
    .where('report_id', '=', report.id)
    .orderBy('ordinal')
    .execute();
  const toUpload = files.find((file) => file.file_id === null);
  if (toUpload !== undefined) return { step: 'upload', file: toUpload };
  const toDescribe = files.find((file) => !file.described);
  if (toDescribe !== undefined) return { step: 'fileinfo', file: toDescribe };
  return { step: 'finish' };
}

/** Commits that a request is about to leave. Returns the id of its line in the journal. */
export async function writeDown(deps: JournalDeps, report: ReportsTable, next: NextStep): Promise<number> {
  const row = await deps.db
    .insertInto('report_steps')
    .values({
      report_id: report.id,
      step: next.step,
      exhibit_id: 'file' in next ? next.file.exhibit_id : null,
      external_id: report.external_id,
      outcome: 'under-way',
      settled: false,
      detail: null,
      started_at: deps.clock.now(),
      finished_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** In one transaction: the step is done, doubts about earlier ones on the same report are settled, its effect stands. */
export function concludeStep(
  deps: JournalDeps,
  report: ReportsTable,
  next: NextStep,
  stepId: number,
  settle: Settle,
): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('report_steps')
      .set({ outcome: 'done', settled: true, finished_at: deps.clock.now() })
      .where('id', '=', stepId)
      .execute();
    await trx
      .updateTable('report_steps')
      .set({ outcome: 'in-doubt', settled: true })
      .where('report_id', '=', report.id)
      .where('id', '<', stepId)
      .where('outcome', 'in', ['under-way', 'in-doubt'])
      .where('settled', '=', false)
      .execute();
    await settle(trx);
    await record(trx, {
      ...about(deps, report),
      type: 'report.step-done',
      payload: {
        reportId: report.id,
        step: next.step,
        ...('file' in next ? { exhibitId: next.file.exhibit_id } : {}),
      },
    });
  });
}

/** The step did not go well: what is known of it. */
export async function closeStep(
  db: Database | Transaction,
  stepId: number,
  close: { readonly outcome: 'failed' | 'in-doubt'; readonly detail: string; readonly at: Date },
): Promise<void> {
  await db
    .updateTable('report_steps')
    .set({ outcome: close.outcome, detail: close.detail, finished_at: close.at })
    .where('id', '=', stepId)
    // A failure may be heard of after the conclusion was stored all the same, and what is done stays done.
    .where('outcome', '=', 'under-way')
    .execute();
}

/** What every event about a report says. */
export function about(
  deps: Pick<JournalDeps, 'clock'>,
  report: ReportsTable,
): Pick<NewEvent, 'at' | 'actor' | 'caseId'> {
  return { at: deps.clock.now(), actor: { kind: 'system', part: 'reporting' }, caseId: report.case_id };
}
