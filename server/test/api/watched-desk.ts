import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createPerson, createSignInToken, type Role } from '../../src/access/index.ts';
import { createApi } from '../../src/api/index.ts';
import { createLog, createMetrics, type OpenDatabase } from '../../src/foundation/index.ts';
import { verifyLedger } from '../../src/ledger/index.ts';
import { createScreening } from '../../src/screening/index.ts';
import { createDesk, type Desk } from '../desk/index.ts';

/** Stands in every text that a test sends, so that it is seen wherever it comes out again. */
export const MARK = 'Placeholder-7c1f';

export type Answer = Awaited<ReturnType<WatchedDesk['api']['inject']>>;

/** A desk whose HTTP server writes everything that it logs, at the finest level, into `logged`. */
export interface WatchedDesk {
  readonly desk: Desk;
  readonly api: Awaited<ReturnType<typeof createApi>>;
  readonly logged: string[];
  /** What no log line may contain: keys, tokens, cookies, and the mark of every text. */
  readonly secrets: string[];
  readonly serviceKey: { readonly authorization: string };
  /** Headers of a person with these roles who has signed in. */
  signInAs(...roles: readonly Role[]): Promise<{ cookie: string }>;
  /** The status and code of an answer that has to be a coded error. */
  post(
    url: string,
    body: string | Buffer | object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; code: string | undefined; details: unknown; answer: Answer }>;
  close(): Promise<void>;
}

/** `store`: the database that the HTTP server talks to, where it is not the desk's. */
export async function createWatchedDesk(
  options: { readonly store?: Pick<OpenDatabase, 'db' | 'pool'> } = {},
): Promise<WatchedDesk> {
  const desk = await createDesk();
  const logged: string[] = [];
  const secrets = [MARK, desk.service.key];
  const log = createLog({ level: 'trace', destination: { write: (line) => void logged.push(line) } });
  const metrics = createMetrics();
  const { db, pool, clock, decoder } = desk;
  const screening = createScreening({
    decoder,
    count: (verdict) =>
      metrics.screenings.inc({
        verdict: verdict.verdict,
        reason: verdict.verdict === 'unscanned' ? verdict.reason : '',
      }),
  });
  const api = await createApi({
    db: options.store?.db ?? db,
    pool: options.store?.pool ?? pool,
    clock,
    decoder,
    screening,
    metrics,
    log,
    secrets: desk.secrets,
    ledgerKey: desk.ledgerKey.verifier,
    vault: desk.vault,
    approvals: desk.approvals,
    profiles: desk.profiles,
    version: 'test',
    cyberTipline: { environment: 'unconfigured' },
    consoleFolder: null,
    trustedProxies: [],
    publicAddress: () => 'http://localhost',
    identityProvider: null,
    demo: { present: async () => false, remove: async () => ({ removedCases: 0 }) },
  });
  const serviceKey = { authorization: `Bearer ${desk.service.key}` };
  return {
    desk,
    api,
    logged,
    secrets,
    serviceKey,
    async signInAs(...roles) {
      const person = await db
        .transaction()
        .execute((trx) => createPerson(trx, clock, { displayName: `${MARK} person`, roles }));
      const token = await createSignInToken(db, clock, person.id);
      const answer = await api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token } });
      const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
      secrets.push(token, cookie.split('=')[1] ?? '');
      return { cookie };
    },
    async post(url, body, headers = {}) {
      const answer = await api.inject({
        method: 'POST',
        url,
        headers: {
          'idempotency-key': randomUUID(),
          'content-type': 'application/json',
          ...serviceKey,
          ...headers,
        },
        payload: body,
      });
      const { error } = answer.json<{ error?: { code: string; details?: unknown } }>();
      return { status: answer.statusCode, code: error?.code, details: error?.details, answer };
    },
    async close() {
      await api.close();
      await desk.close();
    },
  };
}

/** A user report that is taken as it is; `changes` replace fields of it. */
export function goodReport(changes: object = {}): object {
  return {
    group: { id: 'group-1', name: `${MARK} group`, members: [{ account: { id: 'account-1' } }] },
    message: {
      id: 'message-1',
      sender: { id: 'account-2', handle: `${MARK}-handle` },
      sentAt: '2026-01-15T08:00:00Z',
      text: `${MARK} text`,
    },
    reason: 'child_safety',
    comment: `${MARK} comment`,
    contentVisibility: 'private',
    authenticity: 'server-verified',
    ...changes,
  };
}

/** After whatever was done to it: a good report is still taken all the way into a case, and the ledger verifies. */
export async function expectSound(watched: WatchedDesk): Promise<void> {
  const { desk, api, serviceKey } = watched;
  const sent = await watched.post('/v1/user-reports', goodReport());
  expect(sent.status).toBe(201);
  await desk.runJobs();
  const { userReportId } = sent.answer.json<{ userReportId: string }>();
  const receipt = await api.inject({ url: `/v1/user-reports/${userReportId}`, headers: serviceKey });
  expect(receipt.json()).toMatchObject({ status: 'in-case' });
  expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
}

/** No line of the log has any of what was secret or private in this test. */
export function expectDiscreetLog({ logged, secrets }: WatchedDesk): void {
  const lines = logged.filter((line) => secrets.some((secret) => line.includes(secret)));
  expect(lines).toEqual([]);
}
