import { enqueue, type Database } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { decisionById } from '../review/index.ts';
import type { CyberTipline } from './authority.ts';
import { CyberTiplineError } from './cybertipline/index.ts';
import { about, closeStep, concludeStep, nextStep, writeDown, type NextStep } from './filing-journal.ts';
import { prepare, RefusedDocument, startedOver, type Configured, type StepDeps } from './filing-steps.ts';
import type { ReportsTable } from './tables.ts';

export interface FilingDeps extends StepDeps {
  readonly cyberTipline: CyberTipline;
}

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
    if (cyberTipline.environment !== 'sandbox' && (await isOfDemo(deps.db, report))) {
      const problem =
        'It is about a made-up case of the demo, which no real authority is told of. Remove the demo.';
      return fail(deps, report, problem, 'demo');
    }
    const progress = await takeNextStep(deps, cyberTipline, report);
    if (progress === 'stopped') return;
  }
}

async function isOfDemo(db: Database, report: ReportsTable): Promise<boolean> {
  const { demo } = await db
    .selectFrom('cases')
    .innerJoin('services', 'services.id', 'cases.service_id')
    .select('services.demo')
    .where('cases.id', '=', report.case_id)
    .executeTakeFirstOrThrow();
  return demo;
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
