import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { vi } from 'vitest';
import { createDesk, doneOf, testPicture, type Desk } from '../desk/index.ts';
import { receiveUserReport } from '../../src/intake/index.ts';
import { decide, type OrderedAction } from '../../src/review/index.ts';
import { pageOfDeliveries, type DeliveryRow } from '../../src/enforcement/index.ts';

export const SECOND = 1000;

/** Far enough ahead that nothing planned for later is due by the clock of the database. */
export async function createDeskInTheFuture(): Promise<Desk> {
  const desk = await createDesk();
  desk.clock.set('2040-01-15T09:00:00.000Z');
  return desk;
}

export interface HeardRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Service {
  readonly url: string;
  readonly heard: HeardRequest[];
  /** How it answers from now on; 204 unless told. */
  answer(answer: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** What a messaging service runs: hears every request, and answers as told. */
export async function startService(): Promise<Service> {
  const heard: HeardRequest[] = [];
  let answer: (response: ServerResponse) => void = status(204);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      heard.push({ path: request.url ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service has no port');
  return {
    url: `http://127.0.0.1:${address.port}/webhooks`,
    heard,
    answer: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(code, headers).end();
}

let reported = 0;

/** A decided case with these many actions, not yet carried out. Returns the decision's and the case's id. */
export async function decideCase(desk: Desk, count: 1 | 2 | 3 = 1) {
  reported += 1;
  const { userReportId } = await receiveUserReport(
    desk,
    desk.service,
    `key-${reported}`,
    {
      group: { id: `group-${reported}`, name: 'Tide tables', members: [] },
      message: {
        id: `message-${reported}`,
        sender: { id: `sender-${reported}` },
        sentAt: desk.clock.now().toISOString(),
        attachments: [{ file: 'picture', name: 'Möwe 🐦.jpg' }],
      },
      context: [],
      reason: 'child_safety.csam',
      contentVisibility: 'private',
      authenticity: 'server-verified',
    },
    new Map([['picture', await testPicture(reported)]]),
  );
  await desk.runJobs();
  const { rows } = await desk.pool.query<Record<'case_id' | 'group_id' | 'sender_id' | 'exhibit_id', string>>(
    `SELECT r.case_id, r.group_id, m.sender_id, e.id AS exhibit_id FROM user_reports r
     JOIN reported_messages m ON m.user_report_id = r.id JOIN exhibits e ON e.case_id = r.case_id WHERE r.id = $1`,
    [userReportId],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('no case was opened');
  const actions: OrderedAction[] = [
    { kind: 'remove-group', target: { kind: 'group', id: found.group_id } },
    { kind: 'ban-account', target: { kind: 'account', id: found.sender_id } },
    { kind: 'quarantine-media', target: { kind: 'exhibit', id: found.exhibit_id } },
  ];
  const decided = await decide(desk, desk.person, found.case_id, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder',
    actions: actions.slice(0, count),
  });
  const decisionId = doneOf(decided);
  return { decisionId, caseId: found.case_id, number: reported, ...found };
}

/** Works off what is due by the turned clock, which the queue does not look at. */
export async function runDueJobs(desk: Desk): Promise<void> {
  // The queue strikes off a finished job after it has said that all is done.
  while ((await desk.pool.query(`${JOBS} WHERE locked_at IS NOT NULL`)).rows.length > 0) await setImmediate();
  await desk.pool.query(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at <= $1`, [
    desk.clock.now(),
  ]);
  await desk.runJobs();
}

const JOBS = 'SELECT 1 FROM graphile_worker._private_jobs';

/** The delivery of a case with one action, as people see it. */
export async function deliveryOf(desk: Desk, caseId: string): Promise<DeliveryRow> {
  const { items } = await pageOfDeliveries(desk.db, desk.person, { limit: 100 });
  const [found, ...others] = items.filter((row) => row.case_id === caseId);
  if (found === undefined || others.length > 0) throw new Error('there is not one delivery');
  return found;
}

/** What a receiver that follows Standard Webhooks makes of a request when its clock shows `at`. Throws if refused. */
export function verify(secret: string, { headers, body }: HeardRequest, at: Date): unknown {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  try {
    return new Webhook(secret).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
  } finally {
    vi.useRealTimers();
  }
}
