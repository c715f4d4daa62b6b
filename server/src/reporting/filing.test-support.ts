import { sql } from 'kysely';
import { createDesk, testPicture, type Desk } from '../../test/desk/index.ts';
import { receiveUserReport } from '../intake/index.ts';
import { decide, type OrderedCyberTip } from '../review/index.ts';
import { createCyberTiplineClient, type CyberTiplineClient, type Operation } from './cybertipline/index.ts';
import type { CyberTipline } from './authority.ts';
import { fileReport } from './filing.ts';
import { queueReport } from './queue-report.ts';
import { reportPage, type ReportPage } from './read.ts';
import { startCyberTiplineSandbox, type CyberTiplineSandbox, type Fault } from './sandbox/index.ts';

/** What can go wrong around one call: on the line, in our program, or by the death of it. */
export type Mishap =
  | 'drop-before'
  | 'drop-after'
  | 'http-500'
  | 'crash-before'
  | 'crash-after'
  | 'killed-before'
  | 'killed-after';

export const MISHAPS: readonly Mishap[] = [
  'drop-before',
  'drop-after',
  'http-500',
  'crash-before',
  'crash-after',
  'killed-before',
  'killed-after',
];

/** A desk that files with a sandbox in this process, on one clock, and whose calls can be spoiled. */
export interface Rehearsal {
  readonly desk: Desk;
  readonly sandbox: CyberTiplineSandbox;
  readonly cyberTipline: Exclude<CyberTipline, { environment: 'unconfigured' }>;
  /** A client that is refused. */
  readonly strangersClient: CyberTiplineClient;
  /** Asked at each call of the client. */
  spoil(mishapOf: (operation: Operation) => Mishap | undefined): void;
  /** Asked at each call that reaches the sandbox. */
  spoilSandbox(faultOf: (operation: Operation) => Fault | undefined): void;
  close(): Promise<void>;
}

class Crash extends Error {}

/** Far enough ahead that nothing planned for later is due by the clock of the database. */
const START = '2040-01-15T09:00:00.000Z';

export async function createRehearsal(): Promise<Rehearsal> {
  let desk: Desk | undefined;
  let mishapOf: (operation: Operation) => Mishap | undefined = () => undefined;
  let faultOf: (operation: Operation) => Fault | undefined = () => undefined;
  const sandbox = await startCyberTiplineSandbox({
    port: 0,
    username: 'desk',
    password: 'placeholder',
    clock: { now: () => desk?.clock.now() ?? new Date(START) },
    faults: (operation) => faultOf(operation),
  });
  const clientWith = (password: string) =>
    createCyberTiplineClient({ baseUrl: sandbox.url, username: 'desk', password, timeoutMs: 20_000 });
  const spoil = async <Result>(operation: Operation, call: () => Promise<Result>): Promise<Result> => {
    const mishap = mishapOf(operation);
    if (mishap === 'killed-before') return never();
    if (mishap === 'crash-before') throw new Crash(operation);
    if (mishap === 'drop-before' || mishap === 'drop-after' || mishap === 'http-500')
      faultOf = once({ kind: mishap });
    const result = await call();
    if (mishap === 'killed-after') return never();
    if (mishap === 'crash-after') throw new Crash(operation);
    return result;
  };
  const cyberTipline = {
    environment: 'sandbox' as const,
    client: spoilt(clientWith('placeholder'), spoil),
    reporterEmail: 'desk@breakwater.example',
  };
  desk = await createDesk({ cyberTipline });
  desk.clock.set(START);
  const opened = desk;
  return {
    desk,
    sandbox,
    cyberTipline,
    strangersClient: clientWith('another'),
    spoil: (ask) => {
      mishapOf = ask;
    },
    spoilSandbox: (ask) => {
      faultOf = ask;
    },
    close: async () => {
      await opened.close();
      await sandbox.close();
    },
  };
}

type Spoil = <Result>(operation: Operation, call: () => Promise<Result>) => Promise<Result>;

function spoilt(client: CyberTiplineClient, spoil: Spoil): CyberTiplineClient {
  return {
    status: () => client.status(),
    submit: (report) => spoil('submit', () => client.submit(report)),
    upload: (reportId, file) => spoil('upload', () => client.upload(reportId, file)),
    fileInfo: (details) => spoil('fileinfo', () => client.fileInfo(details)),
    finish: (reportId) => spoil('finish', () => client.finish(reportId)),
    retract: (reportId) => spoil('retract', () => client.retract(reportId)),
  };
}

/** Settles as the work of a killed program does. */
let killed: (() => void) | undefined;
function never(): Promise<never> {
  killed?.();
  return new Promise(() => {});
}

/** Asked once, then never again. */
export function once<Value>(value: Value): () => Value | undefined {
  let left: Value | undefined = value;
  return () => {
    const taken = left;
    left = undefined;
    return taken;
  };
}

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
  groupName = 'Tide tables',
): Promise<TestCase> {
  reported += 1;
  const { userReportId } = await receiveUserReport(
    desk,
    desk.service,
    `key-${reported}`,
    {
      group: { id: `group-${reported}`, name: groupName, members: [] },
      message: {
        id: `message-${reported}`,
        sender: { id: `sender-${reported}`, handle: 'placeholder' },
        sentAt: desk.clock.now().toISOString(),
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
  const decisionId = await decide(desk, desk.person, found.caseId, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder',
    actions: [],
    cyberTip: {
      incidentType: 'Child Pornography (possession, manufacture, and distribution)',
      exhibits: found.exhibitIds.map((exhibitId) => ({ exhibitId })),
      ...order,
    },
  });
  await queueReport({ ...desk, cyberTipline: authority }, decisionId);
  const { rows } = await desk.pool.query<{ id: string }>('SELECT id FROM reports WHERE decision_id = $1', [
    decisionId,
  ]);
  return rows[0]?.id ?? '';
}

/** Runs the job of a report once, up to its end or to the death of the program. */
export async function runOnce(
  { desk, cyberTipline }: Rehearsal,
  reportId: string,
  authority: CyberTipline = cyberTipline,
): Promise<'ended' | 'crashed' | 'killed'> {
  const death = new Promise<'killed'>((resolve) => {
    killed = () => resolve('killed');
  });
  const run = fileReport({ ...desk, cyberTipline: authority }, reportId).then(
    () => 'ended' as const,
    (error: unknown) => {
      if (error instanceof Crash) return 'crashed' as const;
      throw error;
    },
  );
  return Promise.race([run, death]);
}

/** Runs the job again and again, an hour apart at most, until the report is filed. */
export async function runUntilFiled(rehearsal: Rehearsal, reportId: string): Promise<ReportPage> {
  for (let run = 0; run < 60; run += 1) {
    await runOnce(rehearsal, reportId);
    const page = await reportPage(rehearsal.desk.db, reportId);
    if (page.report.status === 'filed') return page;
    rehearsal.desk.clock.advance(31 * 60 * 1000);
  }
  throw new Error('the report was not filed in sixty runs');
}

/** Works off what is due by the turned clock, which the queue does not look at. */
export async function runDueJobs({ desk }: Rehearsal): Promise<void> {
  await sql`UPDATE graphile_worker._private_jobs SET run_at = now()
    WHERE run_at <= ${desk.clock.now()} AND locked_at IS NULL`.execute(desk.db);
  await desk.runJobs();
}

/** What the sandbox received for the decision of a report, whatever became of it. */
export async function receivedFor({ desk, sandbox }: Rehearsal, reportId: string) {
  const { report } = await reportPage(desk.db, reportId);
  return sandbox.reports().filter(({ xml }) => xml.includes(`decision ${report.decision_id}`));
}

export async function testPictures(count: number): Promise<Buffer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => testPicture(index + 11)));
}
