import { CodedError, type Database } from '../foundation/index.ts';
import type { ReportedMessagesTable, UserReportExhibitsTable, UserReportsTable } from './tables.ts';

export interface Receipt {
  readonly report: UserReportsTable;
  readonly caseNumber: number | null;
  readonly exhibits: readonly {
    readonly exhibit_id: string;
    readonly part: string;
    readonly verdict: 'pending' | 'match' | 'no-match' | 'unscanned';
    readonly unscanned_reason: string | null;
  }[];
}

/** How far a report has come, for the service that sent it. @throws {CodedError} BW-NOT-FOUND */
export async function receiptOf(db: Database, serviceId: string, userReportId: string): Promise<Receipt> {
  const report = await db
    .selectFrom('user_reports')
    .leftJoin('cases', 'cases.id', 'user_reports.case_id')
    .selectAll('user_reports')
    .select('cases.number as case_number')
    .where('user_reports.id', '=', userReportId)
    .where('user_reports.service_id', '=', serviceId)
    .executeTakeFirst();
  if (report === undefined)
    throw new CodedError('BW-NOT-FOUND', { message: 'There is no such user report.' });
  const exhibits = await db
    .selectFrom('user_report_exhibits')
    .innerJoin('exhibits', 'exhibits.id', 'user_report_exhibits.exhibit_id')
    .select([
      'user_report_exhibits.exhibit_id',
      'user_report_exhibits.part',
      'exhibits.verdict',
      'exhibits.unscanned_reason',
    ])
    .where('user_report_exhibits.user_report_id', '=', userReportId)
    .orderBy('user_report_exhibits.part')
    .execute();
  return { report, caseNumber: report.case_number, exhibits };
}

export interface UserReportOfCase {
  readonly report: UserReportsTable;
  readonly messages: readonly ReportedMessagesTable[];
  readonly exhibits: readonly UserReportExhibitsTable[];
}

/** The user reports of a case with their messages, oldest first. */
export async function userReportsOfCase(db: Database, caseId: string): Promise<UserReportOfCase[]> {
  const reports = await db
    .selectFrom('user_reports')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('received_at')
    .orderBy('id')
    .execute();
  if (reports.length === 0) return [];
  const ids = reports.map((report) => report.id);
  const messages = await db
    .selectFrom('reported_messages')
    .selectAll()
    .where('user_report_id', 'in', ids)
    .orderBy('sent_at')
    .orderBy('ordinal')
    .execute();
  const exhibits = await db
    .selectFrom('user_report_exhibits')
    .selectAll()
    .where('user_report_id', 'in', ids)
    .execute();
  return reports.map((report) => ({
    report,
    messages: messages.filter((message) => message.user_report_id === report.id),
    exhibits: exhibits.filter((exhibit) => exhibit.user_report_id === report.id),
  }));
}

/** How many user reports each of these cases has. */
export async function userReportCounts(
  db: Database,
  caseIds: readonly string[],
): Promise<Map<string, number>> {
  if (caseIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('user_reports')
    .where('case_id', 'in', [...caseIds])
    .groupBy('case_id')
    .select((expression) => ['case_id', expression.fn.countAll<number>().as('count')])
    .execute();
  return new Map(rows.map((row) => [row.case_id ?? '', row.count]));
}
