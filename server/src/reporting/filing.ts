import { enqueue, type Clock, type Database, type Transaction } from '../foundation/index.ts';
import { record, type NewEvent } from '../ledger/index.ts';
import { decisionById, type DecisionRow } from '../review/index.ts';
import type { Vault } from '../vault/index.ts';
import type { CyberTipline } from './authority.ts';
import { composeFileDetails, composeReport } from './compose.ts';
import {
  checkFileDetails,
  checkReport,
  CyberTiplineError,
  type CyberTiplineClient,
  type Problem,
} from './cybertipline/index.ts';
import type { ReportFilesTable, ReportsTable, ReportStepRow, StepName } from './tables.ts';

export interface FilingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly cyberTipline: CyberTipline;
}

type Configured = Exclude<CyberTipline, { environment: 'unconfigured' }>;

/** The one thing to do next, as far as the journal tells. */
type NextStep =
  | { readonly step: 'submit' | 'finish' | 'retract' }
  | { readonly step: 'upload' | 'fileinfo'; readonly file: ReportFilesTable };

/**
 * Files a report, step by step, from wherever it stands. Every request is written down before it leaves and when its
 * answer came, so a crash at any instant leaves one of three things, each with its way on:
 * - nothing in the air: the next step follows;
 * - an upload or a description in the air: whether it arrived cannot be known, and sending it again could double it,
 *   so the open report is retracted and begun anew; a submission in the air left at most an open report that nobody
 *   finishes, which the authority lets lapse;
 * - the finishing in the air: it is sent again, and the answer "already finished" means that it had arrived.
 */
export async function fileReport(deps: FilingDeps, reportId: string): Promise<void> {
  for (;;) {
    const report = await beginOrResume(deps, reportId);
    if (report === undefined) return;
    const { cyberTipline } = deps;
    if (cyberTipline.environment === 'unconfigured') {
      return wait(
        deps,
        report,
        'No CyberTipline account is configured. Set it, restart, and the report is filed.',
      );
    }
    if (report.environment !== cyberTipline.environment) {
      const problem = `It was ordered for the ${report.environment} environment, but now ${cyberTipline.environment} is configured.`;
      return fail(deps, report, problem, 'environment-changed');
    }
    const progress = await takeNextStep(deps, cyberTipline, report);
    if (progress === 'stopped') return;
  }
}

/** Locks the report for a moment to see that there is something to do; a report of an unset environment takes today's. */
function beginOrResume(deps: FilingDeps, reportId: string): Promise<ReportsTable | undefined> {
  return deps.db.transaction().execute(async (trx) => {
    const report = await trx
      .selectFrom('reports')
      .selectAll()
      .where('id', '=', reportId)
      .forUpdate()
      .executeTakeFirst();
    if (report === undefined || report.status === 'filed' || report.status === 'failed') return undefined;
    const environment =
      report.environment === 'unconfigured' ? deps.cyberTipline.environment : report.environment;
    await trx
      .updateTable('reports')
      .set({ status: 'filing', environment })
      .where('id', '=', reportId)
      .execute();
    return { ...report, environment };
  });
}

async function takeNextStep(
  deps: FilingDeps,
  authority: Configured,
  report: ReportsTable,
): Promise<'moved' | 'stopped'> {
  const decision = await decisionById(deps.db, report.decision_id);
  if (decision === undefined) return 'stopped';
  const next = await nextStep(deps.db, report);
  const stepId = await writeDown(deps, report, next);
  let mayHaveLeft = false;
  try {
    const send = await prepare(deps, authority, { report, decision, next });
    mayHaveLeft = true;
    const settle = await send();
    await concludeStep(deps, report, next, stepId, settle);
    return next.step === 'finish' ? 'stopped' : 'moved';
  } catch (error) {
    if (error instanceof RefusedDocument) {
      await closeStep(deps.db, stepId, { outcome: 'failed', detail: error.message, at: deps.clock.now() });
      await fail(deps, report, error.message, 'document');
      return 'stopped';
    }
    if (error instanceof CyberTiplineError) {
      await handleFailure(deps, report, next, stepId, error);
      return 'stopped';
    }
    await noteOwnFailure(deps, report, stepId, mayHaveLeft ? 'in-doubt' : 'failed');
    throw error;
  }
}

/** What the journal says is to be done next. */
async function nextStep(db: Database, report: ReportsTable): Promise<NextStep> {
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
async function writeDown(deps: FilingDeps, report: ReportsTable, next: NextStep): Promise<number> {
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

/** What a step that was carried out changes, to be applied in the transaction that closes it. */
type Settle = (trx: Transaction) => Promise<void>;

interface Sending {
  readonly report: ReportsTable;
  readonly decision: DecisionRow;
  readonly next: NextStep;
}

/** Puts together what the step sends. What fails here has not left the house; what fails in the sending may have. */
async function prepare(
  deps: FilingDeps,
  authority: Configured,
  sending: Sending,
): Promise<() => Promise<Settle>> {
  const { report, decision, next } = sending;
  const { client } = authority;
  switch (next.step) {
    case 'submit': {
      const document = await composeReport(deps.db, decision, authority.reporterEmail);
      refuse(checkReport(document, { now: deps.clock.now() }));
      return async () => opened(report, (await client.submit(document)).reportId);
    }
    case 'upload': {
      const file = await fileOf(deps, next.file);
      return async () => {
        const { fileId } = await client.upload(openedId(report), file);
        return setFile(next.file, { file_id: fileId });
      };
    }
    case 'fileinfo': {
      const ids = { reportId: openedId(report), fileId: next.file.file_id ?? '' };
      const details = await composeFileDetails(deps.db, decision, next.file, ids);
      refuse(checkFileDetails(details, { now: deps.clock.now() }));
      return async () => {
        await client.fileInfo(details);
        return setFile(next.file, { described: true, viewed_in_full: details.fileViewedByEsp });
      };
    }
    case 'finish':
      return async () => {
        await finishOnce(client, openedId(report));
        return filed(deps, report);
      };
    case 'retract':
      return async () => {
        await retractOnce(client, openedId(report));
        return startedOver(deps, report, 'a step was interrupted and may or may not have arrived');
      };
  }
}

/** "Already finished" can only mean that an earlier finishing, whose answer was lost, had arrived. */
async function finishOnce(client: CyberTiplineClient, externalId: string): Promise<void> {
  try {
    await client.finish(externalId);
  } catch (error) {
    if (error instanceof CyberTiplineError && error.kind === 'already-finished') return;
    throw error;
  }
}

/** Gone is gone, whoever or whatever took it back. */
async function retractOnce(client: CyberTiplineClient, externalId: string): Promise<void> {
  try {
    await client.retract(externalId);
  } catch (error) {
    if (
      error instanceof CyberTiplineError &&
      (error.kind === 'already-retracted' || error.kind === 'not-found')
    )
      return;
    throw error;
  }
}

async function fileOf(
  deps: FilingDeps,
  file: ReportFilesTable,
): Promise<{ name: string; mediaType: string; bytes: Uint8Array }> {
  const exhibit = await deps.db
    .selectFrom('exhibits')
    .selectAll()
    .where('id', '=', file.exhibit_id)
    .executeTakeFirstOrThrow();
  const bytes = await deps.vault.open(deps.db, exhibit.object_id);
  const kind = exhibit.decoded_as;
  return {
    // The original name goes into the description of the file; here it could break the form's headers.
    name: kind === null ? exhibit.id : `${exhibit.id}.${kind}`,
    mediaType: kind === null ? 'application/octet-stream' : `image/${kind}`,
    bytes,
  };
}

function openedId(report: ReportsTable): string {
  if (report.external_id === null) throw new Error('a step was taken on a report that is not open');
  return report.external_id;
}

class RefusedDocument extends Error {}

function refuse(problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return;
  throw new RefusedDocument(errors.map(({ path, message }) => `${path}: ${message}`).join(' '));
}

function opened(report: ReportsTable, externalId: string): Settle {
  return async (trx) => {
    await trx.updateTable('reports').set({ external_id: externalId }).where('id', '=', report.id).execute();
  };
}

function setFile(file: ReportFilesTable, values: Partial<ReportFilesTable>): Settle {
  return async (trx) => {
    await trx
      .updateTable('report_files')
      .set(values)
      .where('report_id', '=', file.report_id)
      .where('exhibit_id', '=', file.exhibit_id)
      .execute();
  };
}

function filed(deps: FilingDeps, report: ReportsTable): Settle {
  return async (trx) => {
    const now = deps.clock.now();
    await trx
      .updateTable('reports')
      .set({ status: 'filed', filed_at: now, problem: null, failures: 0 })
      .where('id', '=', report.id)
      .execute();
    await record(trx, {
      ...about(deps, report),
      type: 'report.filed',
      payload: { reportId: report.id, externalId: openedId(report), environment: report.environment },
    });
  };
}

function startedOver(deps: FilingDeps, report: ReportsTable, because: string): Settle {
  return async (trx) => {
    await trx.updateTable('reports').set({ external_id: null }).where('id', '=', report.id).execute();
    await trx
      .updateTable('report_files')
      .set({ file_id: null, described: false, viewed_in_full: null })
      .where('report_id', '=', report.id)
      .execute();
    await record(trx, {
      ...about(deps, report),
      type: 'report.restarted',
      payload: { reportId: report.id, because },
    });
  };
}

/** In one transaction: the step is done, doubts about earlier ones on the same report are settled, its effect stands. */
function concludeStep(
  deps: FilingDeps,
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

async function closeStep(
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

/** Whoever runs the job tries it again; until then it stands where people see it. */
async function noteOwnFailure(
  deps: FilingDeps,
  report: ReportsTable,
  stepId: number,
  outcome: 'failed' | 'in-doubt',
): Promise<void> {
  const problem = 'It failed on our side and is tried again. The log tells more.';
  await closeStep(deps.db, stepId, { outcome, detail: 'It failed on our side.', at: deps.clock.now() });
  await deps.db
    .updateTable('reports')
    .set({ status: 'waiting', problem })
    .where('id', '=', report.id)
    .where('status', '=', 'filing')
    .execute();
}

async function handleFailure(
  deps: FilingDeps,
  report: ReportsTable,
  next: NextStep,
  stepId: number,
  error: CyberTiplineError,
): Promise<void> {
  // A damaged file is in the report for good: as with a doubtful upload, only a new report is clean.
  const spoiled = error.inDoubt || error.kind === 'hash-mismatch';
  await closeStep(deps.db, stepId, {
    outcome: spoiled ? 'in-doubt' : 'failed',
    detail: error.message,
    at: deps.clock.now(),
  });
  const lost = error.kind === 'not-found' || error.kind === 'already-retracted';
  if (lost && report.external_id !== null) {
    const because = 'the authority no longer has the open report';
    await deps.db.transaction().execute(startedOver(deps, report, because));
    // Not at once: an authority that loses every report would be asked without end.
    await wait(deps, report, error.message);
  } else if (error.retryable || spoiled) await wait(deps, report, error.message);
  else await fail(deps, report, error.message, `${next.step}-${error.kind}`);
}

const SECOND = 1000;
const LONGEST_PAUSE_MS = 30 * 60 * SECOND;

/** Never given up on: pauses double up to half an hour, and it stays in sight until it is filed. */
async function wait(deps: FilingDeps, report: ReportsTable, problem: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const failures = report.failures + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, 2 * SECOND * 2 ** Math.min(failures, 12));
    await trx
      .updateTable('reports')
      .set({ status: 'waiting', problem, failures })
      .where('id', '=', report.id)
      .execute();
    const options = { ...inTurn(report.id), runAt: new Date(deps.clock.now().getTime() + pause) };
    await enqueue(trx, 'file-report', { reportId: report.id }, options);
  });
}

async function fail(deps: FilingDeps, report: ReportsTable, problem: string, kind: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await trx.updateTable('reports').set({ status: 'failed', problem }).where('id', '=', report.id).execute();
    await record(trx, {
      ...about(deps, report),
      type: 'report.failed',
      payload: { reportId: report.id, kind },
    });
  });
}

/** One job at a time for each report, whoever enqueued it: two at once would file it twice. */
export function inTurn(reportId: string): { key: string; queue: string } {
  return { key: `file:${reportId}`, queue: `file:${reportId}` };
}

function about(deps: FilingDeps, report: ReportsTable): Pick<NewEvent, 'at' | 'actor' | 'caseId'> {
  return { at: deps.clock.now(), actor: { kind: 'system', part: 'reporting' }, caseId: report.case_id };
}

/** Enqueues every report that waits, for the start of the program: what stood in its way may be gone. */
export function resumeReports(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const waiting = await trx
      .selectFrom('reports')
      .select('id')
      .where('status', 'in', ['queued', 'filing', 'waiting'])
      .execute();
    for (const { id } of waiting) await enqueue(trx, 'file-report', { reportId: id }, inTurn(id));
  });
}
