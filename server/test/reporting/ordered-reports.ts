import { receiveUserReport } from '../../src/intake/index.ts';
import { queueReport, reportPage, type CyberTipline } from '../../src/reporting/index.ts';
import { decide, type OrderedCyberTip } from '../../src/review/index.ts';
import { doneOf, testPicture } from '../desk/index.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface TestCase {
  readonly caseId: string;
  /** In the order of the pictures. */
  readonly exhibitIds: readonly string[];
  readonly senderId: string;
}

let reported = 0;

/** A case about a group of its own, with a message that carries the pictures. */
export async function openCase(
  { desk }: Rehearsal,
  pictures: readonly Buffer[],
  told: { readonly groupName?: string; readonly sentAt?: string } = {},
): Promise<TestCase> {
  reported += 1;
  const { userReportId } = await receiveUserReport(
    desk,
    desk.service,
    `key-${reported}`,
    {
      group: { id: `group-${reported}`, name: told.groupName ?? 'Tide tables', members: [] },
      message: {
        id: `message-${reported}`,
        sender: { id: `sender-${reported}`, handle: 'placeholder' },
        sentAt: told.sentAt ?? desk.clock.now().toISOString(),
        attachments: pictures.map((_, index) => ({ file: `p${index}`, name: `picture ${index}.jpg` })),
      },
      context: [],
      reason: 'child_safety.csam',
      contentVisibility: 'private',
      authenticity: 'server-verified',
    },
    new Map(pictures.map((picture, index) => [`p${index}`, picture])),
  );
  await desk.runJobs();
  const { rows } = await desk.pool.query<{ case_id: string; sender: string }>(
    `SELECT r.case_id, m.sender_id AS sender FROM user_reports r JOIN reported_messages m ON m.user_report_id = r.id
     WHERE r.id = $1`,
    [userReportId],
  );
  const exhibits = await desk.pool.query<{ id: string }>(
    'SELECT id FROM exhibits WHERE case_id = $1 ORDER BY original_name',
    [rows[0]?.case_id],
  );
  return {
    caseId: rows[0]?.case_id ?? '',
    exhibitIds: exhibits.rows.map((row) => row.id),
    senderId: rows[0]?.sender ?? '',
  };
}

/** Decides the case with a report on all its exhibits, and queues that report. Returns its id. */
export async function orderReport(
  { desk, cyberTipline }: Rehearsal,
  found: TestCase,
  order: Partial<OrderedCyberTip> = {},
  authority: CyberTipline = cyberTipline,
): Promise<string> {
  const decided = await decide(desk, desk.person, found.caseId, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder',
    actions: [],
    cyberTip: {
      incidentType: 'Child Pornography (possession, manufacture, and distribution)',
      exhibits: found.exhibitIds.map((exhibitId) => ({ exhibitId })),
      ...order,
    },
  });
  const decisionId = doneOf(decided);
  await queueReport({ ...desk, cyberTipline: authority }, decisionId);
  const { rows } = await desk.pool.query<{ id: string }>('SELECT id FROM reports WHERE decision_id = $1', [
    decisionId,
  ]);
  return rows[0]?.id ?? '';
}

/** What the sandbox received for the decision of a report, whatever became of it. */
export async function receivedFor({ desk, sandbox }: Rehearsal, reportId: string) {
  const { report } = await reportPage(desk.db, reportId);
  return sandbox.reports().filter(({ xml }) => xml.includes(`decision ${report.decision_id}`));
}

export async function testPictures(count: number): Promise<Buffer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => testPicture(index + 11)));
}
