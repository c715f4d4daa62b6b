import { joinOrOpenCase, screenExhibit } from '../cases/index.ts';
import { enqueue, type Clock, type Database, type Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Screening } from '../screening/index.ts';
import { examineAgainLater } from './examine-again.ts';
import { reportedFacts } from './reported-facts.ts';
import type { UserReportsTable } from './tables.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'open-case-for-user-report': { userReportId: string };
  }
}

interface FollowUpDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly screening: Screening;
}

/** Second step of intake: looks the report's exhibits up and enqueues the third. Done once, however often it runs. */
export function screenUserReport(deps: FollowUpDeps, userReportId: string): Promise<void> {
  const { db, clock, screening } = deps;
  return db.transaction().execute(async (trx) => {
    const report = await lockReport(trx, userReportId);
    if (report === undefined || report.status !== 'received') return;
    const exhibits = await trx
      .selectFrom('exhibits')
      .innerJoin('user_report_exhibits', 'user_report_exhibits.exhibit_id', 'exhibits.id')
      .selectAll('exhibits')
      .where('user_report_exhibits.user_report_id', '=', userReportId)
      .execute();
    const counts = { match: 0, 'no-match': 0, unscanned: 0 };
    for (const exhibit of exhibits) {
      const found = await screenExhibit({ trx, screening, clock }, exhibit);
      counts[found.verdict] += 1;
      if (found.verdict === 'unscanned') await examineAgainLater(trx, clock, exhibit, found.reason);
    }
    await trx
      .updateTable('user_reports')
      .set({ status: 'screened' })
      .where('id', '=', userReportId)
      .execute();
    await record(trx, {
      type: 'user-report.screened',
      at: clock.now(),
      actor: { kind: 'system', part: 'screening' },
      payload: {
        userReportId,
        matched: counts.match,
        unmatched: counts['no-match'],
        unscanned: counts.unscanned,
      },
    });
    await enqueue(trx, 'open-case-for-user-report', { userReportId });
  });
}

/** Third step of intake: the report joins the open case of its group, or opens one. Done once, however often it runs. */
export function openCaseForUserReport(deps: FollowUpDeps, userReportId: string): Promise<void> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    const report = await lockReport(trx, userReportId);
    if (report === undefined || report.status !== 'screened') return;
    const messages = await trx
      .selectFrom('reported_messages')
      .select(['sender_id', 'reported'])
      .where('user_report_id', '=', userReportId)
      .execute();
    const exhibits = await trx
      .selectFrom('user_report_exhibits')
      .select('exhibit_id')
      .where('user_report_id', '=', userReportId)
      .execute();
    const members = await trx
      .selectFrom('memberships')
      .select('account_id')
      .where('group_id', '=', report.group_id)
      .execute();
    const joining = {
      userReportId,
      serviceId: report.service_id,
      groupId: report.group_id,
      exhibitIds: exhibits.map((exhibit) => exhibit.exhibit_id),
      senderOfReportedMessage: messages.find((message) => message.reported)?.sender_id ?? null,
      accountIds: [
        ...messages.map((message) => message.sender_id),
        ...members.map((member) => member.account_id),
      ],
      reporterId: report.reporter_id,
    };
    await joinOrOpenCase(trx, clock, joining, async (caseId) => {
      await trx
        .updateTable('user_reports')
        .set({ status: 'in-case', case_id: caseId })
        .where('id', '=', userReportId)
        .execute();
      return reportedFacts(trx, caseId);
    });
  });
}

function lockReport(trx: Transaction, userReportId: string): Promise<UserReportsTable | undefined> {
  return trx
    .selectFrom('user_reports')
    .selectAll()
    .where('id', '=', userReportId)
    .forUpdate()
    .executeTakeFirst();
}
