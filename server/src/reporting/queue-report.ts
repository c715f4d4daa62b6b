import { randomUUID } from 'node:crypto';
import { CodedError, enqueue, type Clock, type Database } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { decisionById } from '../review/index.ts';
import type { CyberTipline } from './authority.ts';
import { inTurn } from './filing.ts';
import './tables.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'file-report': { reportId: string };
  }
}

/** Makes the report that a decision orders. Done once, however often it runs. */
export function queueReport(
  deps: { readonly db: Database; readonly clock: Clock; readonly cyberTipline: CyberTipline },
  decisionId: string,
): Promise<void> {
  const { db, clock, cyberTipline } = deps;
  return db.transaction().execute(async (trx) => {
    const decision = await decisionById(trx, decisionId);
    const ordered = decision?.ruling.cyberTip;
    if (decision === undefined || ordered === undefined) return;
    const { environment } = cyberTipline;
    const report = await trx
      .insertInto('reports')
      .values({
        id: randomUUID(),
        decision_id: decisionId,
        case_id: decision.case_id,
        authority: 'ncmec-cybertipline',
        environment,
        incident_type: ordered.incidentType,
        status: 'queued',
        external_id: null,
        failures: 0,
        problem: null,
        filed_by: decision.decided_by,
        created_at: clock.now(),
        filed_at: null,
      })
      .onConflict((conflict) => conflict.constraint('reports_one_a_decision').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (report === undefined) return;
    const files = ordered.exhibits.map((file, ordinal) => ({
      report_id: report.id,
      exhibit_id: file.exhibitId,
      ordinal,
      industry_classification: file.industryClassification ?? null,
      file_id: null,
      described: false,
      viewed_in_full: null,
    }));
    if (files.length > 0) await trx.insertInto('report_files').values(files).execute();
    await record(trx, {
      type: 'report.queued',
      at: clock.now(),
      actor: { kind: 'person', id: decision.decided_by },
      caseId: decision.case_id,
      payload: { reportId: report.id, authority: report.authority, environment, decisionId },
    });
    await enqueue(trx, 'file-report', { reportId: report.id }, inTurn(report.id));
  });
}

/** Lets a report that failed or waits be tried now. @throws {CodedError} BW-NOT-FOUND, BW-REPORT-NOT-RETRYABLE */
export function retryReport(
  deps: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  reportId: string,
): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const report = await trx
      .selectFrom('reports')
      .selectAll()
      .where('id', '=', reportId)
      .forUpdate()
      .executeTakeFirst();
    if (report === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such report.' });
    if (report.status !== 'failed' && report.status !== 'waiting')
      throw new CodedError('BW-REPORT-NOT-RETRYABLE');
    await trx
      .updateTable('reports')
      .set({ status: 'queued', failures: 0 })
      .where('id', '=', reportId)
      .execute();
    await record(trx, {
      type: 'report.retried',
      at: deps.clock.now(),
      actor,
      caseId: report.case_id,
      payload: { reportId },
    });
    await enqueue(trx, 'file-report', { reportId }, inTurn(reportId));
  });
}
