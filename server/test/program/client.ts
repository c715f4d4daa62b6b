import { setTimeout as wait } from 'node:timers/promises';
import type { Ready } from './running-program.ts';

/** What a service sends: a report with a picture, whose key is the report's own. */
export interface OutgoingReport {
  readonly key: string;
  readonly groupId: string;
  readonly picture: Buffer;
}

export interface Receipt {
  readonly userReportId: string;
  readonly status: 'received' | 'screened' | 'in-case';
  readonly caseId: string | null;
}

/** Sends a report until it is acknowledged, as a careful service does: the same key and body each time. */
export async function sendUntilTaken(ready: Ready, report: OutgoingReport): Promise<Receipt> {
  for (;;) {
    const answer = await attempt(() =>
      fetch(`${ready.url}/v1/user-reports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ready.serviceKey}`, 'idempotency-key': report.key },
        body: formOf(report),
      }),
    );
    if (answer?.ok === true) return (await answer.json()) as Receipt;
    if (answer !== undefined && answer.status !== 429 && answer.status < 500)
      throw new Error(`${answer.status}: ${await answer.text()}`);
    await wait(30);
  }
}

/** What became of a report that was taken. */
export async function receiptOf(ready: Ready, userReportId: string): Promise<Receipt> {
  const answer = await fetch(`${ready.url}/v1/user-reports/${userReportId}`, {
    headers: { authorization: `Bearer ${ready.serviceKey}` },
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Receipt;
}

export async function untilInCase(ready: Ready, userReportId: string): Promise<string> {
  for (;;) {
    const { caseId } = await receiptOf(ready, userReportId);
    if (caseId !== null) return caseId;
    await wait(50);
  }
}

/** The requests of a person who has signed in by the link of the program. */
export interface SignedIn {
  /** The header that says so. */
  readonly cookie: string;
  get(path: string): Promise<unknown>;
  send(method: 'POST' | 'PUT', path: string, body: unknown): Promise<unknown>;
}

export async function signIn({ url, signInLink }: Ready): Promise<SignedIn> {
  const token = new URL(signInLink).hash.slice('#token='.length);
  const answer = await fetch(`${url}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error(`signing in was answered ${answer.status}`);
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { cookie, origin: url, 'content-type': 'application/json' };
    const init = body === undefined ? { headers: { cookie } } : { headers, body: JSON.stringify(body) };
    const reply = await fetch(`${url}${path}`, { method, ...init });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  return { cookie, get: (path) => ask('GET', path), send: (method, path, body) => ask(method, path, body) };
}

function formOf({ key, groupId, picture }: OutgoingReport): FormData {
  const form = new FormData();
  const report = {
    group: { id: groupId, name: `Tide tables ${groupId}` },
    message: {
      id: `message-${key}`,
      sender: { id: `sender-${groupId}` },
      sentAt: '2026-01-15T09:00:00Z',
      attachments: [{ file: 'picture' }],
    },
    reason: 'child_safety.csam',
    contentVisibility: 'private',
    authenticity: 'server-verified',
  };
  form.set('report', new Blob([JSON.stringify(report)], { type: 'application/json' }));
  form.set('picture', new Blob([Uint8Array.from(picture)], { type: 'image/jpeg' }), 'picture.jpg');
  return form;
}

/** The answer; undefined when the program was not there, or died before it had answered. */
async function attempt(request: () => Promise<Response>): Promise<Response | undefined> {
  try {
    const answer = await request();
    // An answer counts once all of it is here.
    const body = await answer.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, { status: answer.status });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
