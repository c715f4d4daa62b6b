import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/access/index.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type WatchedDesk,
} from './watched-desk.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const NO_SUCH = '00000000-0000-4000-8000-000000000000';

describe('an address', () => {
  let watched: WatchedDesk;
  let headers: { cookie: string };
  beforeAll(async () => {
    watched = await createWatchedDesk();
    headers = await watched.signInAs(...ROLES);
  });
  afterAll(() => watched.close());

  const get = async (url: string) => {
    const answer = await watched.api.inject({ url, headers });
    const { error } = answer.json<{ error?: { code: string; details?: unknown } }>();
    return { status: answer.statusCode, code: error?.code, details: error?.details };
  };

  it.each([
    'limit=0',
    'limit=-1',
    'limit=1000',
    'limit=1.5',
    'limit=NaN',
    'limit=',
    'limit=1&limit=2',
    'limit=1e9',
  ])('with %s is refused, and the field is named', async (query) => {
    expect(await get(`/v1/cases?${query}`)).toMatchObject({
      status: 422,
      code: 'BW-BODY-INVALID',
      details: [{ path: 'limit' }],
    });
  });

  it.each([
    ['/v1/cases?extra=1', 'BW-UNKNOWN-FIELD', 'extra'],
    ['/v1/cases?__proto__=1', 'BW-UNKNOWN-FIELD', '__proto__'],
    ['/v1/cases?status=both', 'BW-BODY-INVALID', 'status'],
    ['/v1/deliveries?status=lost', 'BW-BODY-INVALID', 'status'],
    [`/v1/cases?cursor=${'a'.repeat(501)}`, 'BW-BODY-INVALID', 'cursor'],
    ['/v1/cases?cursor=%00', 'BW-TEXT-UNSTORABLE', 'cursor'],
    ['/v1/cases/placeholder', 'BW-BODY-INVALID', 'caseId'],
    [`/v1/cases/${NO_SUCH}x`, 'BW-BODY-INVALID', 'caseId'],
    ['/v1/cases/%00', 'BW-BODY-INVALID', 'caseId'],
    ["/v1/cases/' OR 1=1", 'BW-BODY-INVALID', 'caseId'],
    ['/v1/exhibits/..%2f..%2fetc/preview', 'BW-BODY-INVALID', 'exhibitId'],
    ['/v1/services/Test/keys', 'BW-BODY-INVALID', 'slug'],
    ['/v1/services/constructor%00/keys', 'BW-BODY-INVALID', 'slug'],
  ])('%s is refused, and what is wrong is named', async (url, code, path) => {
    expect(await get(url.replaceAll(' ', '%20'))).toMatchObject({ status: 422, code, details: [{ path }] });
  });

  it.each([
    ['', 'an empty text'],
    ['%F0%9F%8C%8A', 'no base64'],
    [base64url(null), 'null'],
    [base64url([]), 'an empty key'],
    [base64url(['a', 'b', 'c']), 'texts'],
    [base64url([1e10, '2026-01-01T00:00:00.000Z', NO_SUCH]), 'a number beyond a priority'],
    [base64url([1, '0000-01-01T00:00:00.000Z', NO_SUCH]), 'the year zero'],
    [base64url([1, '2026-02-31T00:00:00.000Z', NO_SUCH]), 'a day that there is not'],
    [base64url([1, '2026-01-01T00:00:00.000Z', "' OR 1=1"]), 'no id'],
    [base64url({ length: 3 }), 'an object'],
  ])('with the cursor "%s" (%s) is refused or answered, and never fails', async (cursor) => {
    const { status, code } = await get(`/v1/cases?cursor=${cursor}`);
    if (status !== 200) expect({ status, code }).toEqual({ status: 400, code: 'BW-CURSOR-INVALID' });
  });

  it.each(['/v1/cases', '/v1/deliveries', '/v1/reports', `/v1/cases/${NO_SUCH}/timeline`])(
    '%s refuses a cursor that is not one of its own',
    async (path) => {
      const { code } = await get(`${path}?cursor=${base64url(['placeholder'])}`);
      expect(['BW-CURSOR-INVALID', 'BW-NOT-FOUND']).toContain(code);
    },
  );

  it.each([
    ['/%', 400, 'BW-REQUEST-MALFORMED'],
    ['/v1/cases/%ff', 400, 'BW-REQUEST-MALFORMED'],
    ['/v1/cases/%e0%a4%a', 400, 'BW-REQUEST-MALFORMED'],
    [`/v1/cases/${'a'.repeat(5000)}`, 404, 'BW-NOT-FOUND'],
    ['/v1', 404, 'BW-NOT-FOUND'],
    ['/v1/', 404, 'BW-NOT-FOUND'],
    ['//v1/cases', 404, 'BW-NOT-FOUND'],
    ['/v1/cases/', 422, 'BW-BODY-INVALID'],
    ['/V1/cases', 404, 'BW-NOT-FOUND'],
    ['/v1/../v1/nothing', 404, 'BW-NOT-FOUND'],
    ['/constructor', 404, 'BW-NOT-FOUND'],
    [`/v1/cases/${NO_SUCH}`, 404, 'BW-NOT-FOUND'],
    ['/v1/services/constructor/keys', 404, 'BW-NOT-FOUND'],
  ])('%s is answered with its code', async (url, status, code) => {
    expect(await get(url)).toMatchObject({ status, code });
  });

  it.each([
    ['PUT', '/v1/cases', 'GET, HEAD'],
    ['OPTIONS', '/v1/cases', 'GET, HEAD'],
    ['DELETE', '/v1/user-reports', 'POST'],
    ['GET', '/v1/user-reports', 'POST'],
    ['PATCH', '/v1/services/test-service/webhook', 'DELETE, PUT'],
    ['POST', '/healthz', 'GET, HEAD'],
  ] as const)('does not take %s at %s, and says what it takes', async (method, url, allow) => {
    const answer = await watched.api.inject({ method, url });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
    expect(answer.json()).toMatchObject({ error: { code: 'BW-METHOD-NOT-ALLOWED' } });
  });

  it('takes HEAD where it takes GET, without a body', async () => {
    const answer = await watched.api.inject({ method: 'HEAD', url: '/v1/cases', headers });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
  });
});

describe('an idempotency key', () => {
  let watched: WatchedDesk;
  beforeAll(async () => {
    watched = await createWatchedDesk();
  });
  afterAll(() => watched.close());

  const send = (key: string, body = goodReport()) =>
    watched.post('/v1/user-reports', body, { 'idempotency-key': key });

  it.each([
    ['nothing', ''],
    ['a space', ' '],
    ['two words', 'a b'],
    ['letters beyond ASCII', 'k\u00e9y'],
    ['a tab', 'a\tb'],
    ['256 characters', 'x'.repeat(256)],
  ])('of %s is refused', async (_what, key) => {
    expect(await send(key)).toMatchObject({ status: 400, code: 'BW-IDEMPOTENCY-KEY-MISSING' });
  });

  it('that is missing or sent twice is refused', async () => {
    for (const keys of [{}, { 'idempotency-key': ['a', 'b'] }]) {
      const answer = await watched.api.inject({
        method: 'POST',
        url: '/v1/user-reports',
        headers: { ...watched.serviceKey, ...(keys as Record<string, string>) },
        payload: goodReport(),
      });
      expect(answer.json()).toMatchObject({ error: { code: 'BW-IDEMPOTENCY-KEY-MISSING' } });
    }
  });

  it.each(['constructor', '__proto__', "';--", MARK, '~'.repeat(255)])(
    'of "%s" is a key like others',
    async (key) => {
      expect((await send(key)).status).toBe(201);
      expect((await send(key)).status).toBe(200);
      expect(await send(key, goodReport({ comment: `${MARK} other` }))).toMatchObject({
        status: 409,
        code: 'BW-IDEMPOTENCY-KEY-REUSED',
      });
    },
  );

  it('that comes in many times at once makes one report', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => send('at-once')));
    const ids = answers.map(({ answer }) => answer.json<{ userReportId: string }>().userReportId);
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});
