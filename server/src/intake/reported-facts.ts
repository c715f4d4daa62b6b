import type { ReportedFacts } from '../cases/index.ts';
import type { Transaction } from '../foundation/index.ts';

/** What the user reports of a case weigh. */
export async function reportedFacts(trx: Transaction, caseId: string): Promise<ReportedFacts> {
  const reports = await trx
    .selectFrom('user_reports')
    .select(['reason', 'authenticity'])
    .where('case_id', '=', caseId)
    .execute();
  return {
    userReports: reports.length,
    vouchedFor: reports.some((report) => report.authenticity !== 'unverified'),
    harms: reports.map((report) => report.reason),
  };
}
