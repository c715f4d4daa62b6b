import { randomUUID } from 'node:crypto';
import { accountsOfCase, caseSummary, exhibitsOfCase } from '../../src/cases/index.ts';
import { receiptOf, receiveUserReport, type UserReport } from '../../src/intake/index.ts';
import type { OrderedAction } from '../../src/review/index.ts';
import { testPicture, type Desk } from '../desk/index.ts';

/** Who and what is in a case, by id. */
export interface ReportedCase {
  readonly caseId: string;
  readonly groupId: string;
  readonly sender: string;
  readonly reporter: string;
  readonly member: string;
  readonly exhibits: readonly string[];
}

/** Opens a case of its own: a group with a member, a reported message with a picture, and a reporter. */
export async function reportedCase(desk: Desk, change: Partial<UserReport> = {}): Promise<ReportedCase> {
  const report: UserReport = {
    group: {
      id: randomUUID(),
      name: 'Tide tables',
      members: [{ account: { id: 'member' }, role: 'member' }],
    },
    message: {
      id: 'm',
      sender: { id: 'sender' },
      sentAt: '2026-01-14T10:00:00Z',
      attachments: [{ file: 'picture' }],
    },
    context: [],
    reporter: { id: 'reporter' },
    reason: 'child_safety.csam',
    contentVisibility: 'private',
    authenticity: 'franked',
    ...change,
  };
  const picture = await testPicture(1, { width: 64, height: 48 });
  const files = new Map(report.message === undefined ? [] : [['picture', picture]]);
  const { userReportId } = await receiveUserReport(desk, desk.service, randomUUID(), report, files);
  await desk.runJobs();
  const caseId = (await receiptOf(desk.db, desk.service.serviceId, userReportId)).report.case_id ?? '';
  const accounts = new Map((await accountsOfCase(desk.db, caseId)).map((one) => [one.external_id, one.id]));
  const account = (name: string) => accounts.get(name) ?? '';
  return {
    caseId,
    groupId: (await caseSummary(desk.db, caseId)).group_id,
    sender: account('sender'),
    reporter: account('reporter'),
    member: account('member'),
    exhibits: (await exhibitsOfCase(desk.db, caseId)).map(({ id }) => id),
  };
}

export function action(
  kind: OrderedAction['kind'],
  targetKind: OrderedAction['target']['kind'],
  id: string,
): OrderedAction {
  return { kind, target: { kind: targetKind, id } };
}

/** The jobs that decisions enqueued and that wait. */
export async function jobsOfDecisions({ pool }: Desk): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT t.identifier AS name FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id
     WHERE t.identifier IN ('carry-out-decision', 'queue-report') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
