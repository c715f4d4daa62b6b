import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '../../src/access/index.ts';
import { createWatchedDesk, expectDiscreetLog, type Answer, type WatchedDesk } from './watched-desk.ts';

type Who = 'anyone' | 'service' | 'signed-in' | Permission | `service or ${Permission}`;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Every route of the API and who may call it. A route that is not in this table fails the first test. */
const ROUTES: readonly [Method, string, Who][] = [
  ['POST', '/v1/sign-in', 'anyone'],
  ['POST', '/v1/sign-out', 'signed-in'],
  ['GET', '/v1/session', 'signed-in'],
  ['GET', '/v1/workspace', 'signed-in'],
  ['DELETE', '/v1/demo', 'workspace.change'],
  ['POST', '/v1/user-reports', 'service'],
  ['GET', '/v1/user-reports/{userReportId}', 'service'],
  ['POST', '/v1/screen', 'service'],
  ['GET', '/v1/hash-lists', 'hash-lists.read'],
  ['GET', '/v1/hash-lists/{slug}/entries', 'hash-lists.read'],
  ['DELETE', '/v1/hash-lists/{slug}', 'hash-lists.change'],
  ['POST', '/v1/hash-lists/{slug}/import', 'service or hash-lists.change'],
  ['GET', '/v1/cases', 'cases.read'],
  ['GET', '/v1/cases/{caseId}', 'cases.read'],
  ['GET', '/v1/cases/{caseId}/timeline', 'cases.read'],
  ['GET', '/v1/exhibits/{exhibitId}/preview', 'exhibits.preview'],
  ['POST', '/v1/exhibits/{exhibitId}/reveal', 'exhibits.reveal'],
  ['GET', '/v1/policies', 'cases.read'],
  ['GET', '/v1/report-options', 'cases.read'],
  ['POST', '/v1/cases/{caseId}/decisions', 'cases.decide'],
  ['GET', '/v1/deliveries', 'deliveries.read'],
  ['POST', '/v1/deliveries/{deliveryId}/retry', 'deliveries.retry'],
  ['GET', '/v1/reports', 'reports.read'],
  ['GET', '/v1/reports/{reportId}', 'reports.read'],
  ['POST', '/v1/reports/{reportId}/retry', 'reports.file'],
  ['GET', '/v1/services', 'services.read'],
  ['POST', '/v1/services', 'services.change'],
  ['PUT', '/v1/services/{slug}/webhook', 'service or services.change'],
  ['DELETE', '/v1/services/{slug}/webhook', 'service or services.change'],
  ['GET', '/v1/services/{slug}/keys', 'services.read'],
  ['POST', '/v1/services/{slug}/keys', 'services.change'],
  ['DELETE', '/v1/services/{slug}/keys/{keyId}', 'services.change'],
  ['GET', '/v1/cases/{caseId}/custody', 'cases.read'],
  ['POST', '/v1/cases/{caseId}/exports', 'cases.export'],
  ['GET', '/v1/exhibits/{exhibitId}/custody', 'cases.read'],
  ['GET', '/v1/exhibits/{exhibitId}/certificate', 'cases.read'],
  ['POST', '/v1/exhibits/{exhibitId}/destruction', 'exhibits.destroy'],
  ['GET', '/v1/destructions/due', 'exhibits.destroy'],
  ['POST', '/v1/holds', 'exhibits.hold'],
  ['POST', '/v1/holds/{holdId}/release', 'exhibits.hold'],
  ['POST', '/v1/holds/{holdId}/renew', 'exhibits.hold'],
  ['GET', '/v1/retention', 'signed-in'],
  ['PUT', '/v1/retention', 'retention.change'],
  ['POST', '/v1/clock/confirm', 'retention.change'],
  ['GET', '/v1/ledger/key', 'ledger.read'],
  ['GET', '/v1/ledger/checkpoint', 'ledger.read'],
  ['GET', '/v1/ledger/tile/{*}', 'ledger.read'],
  ['GET', '/v1/ledger/consistency', 'ledger.read'],
  ['GET', '/v1/ledger/events/{eventId}/proof', 'ledger.read'],
  ['GET', '/v1/ledger/export', 'ledger.read'],
];

const closed = ROUTES.filter(([, , who]) => who !== 'anyone');
const ofService = closed.filter(([, , who]) => who === 'service');
const ofPeople = closed.filter(([, , who]) => who !== 'service');
const byPermission = ofPeople.filter(([, , who]) => who !== 'signed-in');
const onlyOfPeople = ofPeople.filter(([, , who]) => !who.startsWith('service or'));
const thatChange = ofPeople.filter(([method]) => method !== 'GET');

describe('who may call', () => {
  let watched: WatchedDesk;
  let cookies: Record<'all' | 'reviewer' | 'administrator' | 'nothing', string>;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    cookies = {
      all: (await watched.signInAs('reviewer', 'administrator')).cookie,
      reviewer: (await watched.signInAs('reviewer')).cookie,
      administrator: (await watched.signInAs('administrator')).cookie,
      nothing: (await watched.signInAs()).cookie,
    };
  });
  afterAll(() => watched.close());

  const call = (method: Method, path: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const url = path
      .replace('{slug}', 'placeholder')
      .replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
    return watched.api.inject({ method, url, headers: { host: 'desk.example', ...headers } });
  };
  it('is told for every route that there is', async () => {
    const { paths } = (await watched.api.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
    const documented = Object.entries(paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(documented.toSorted()).toEqual(ROUTES.map(([method, path]) => `${method} ${path}`).toSorted());
  });

  it.each(closed)('%s %s: nobody without credentials', async (method, path, who) => {
    const code = who === 'service' ? 'BW-SERVICE-KEY-REQUIRED' : 'BW-SIGN-IN-REQUIRED';
    expectRefused(await call(method, path), 401, code);
    expectRefused(await call(method, path, { authorization: 'Basic cGxhY2Vob2xkZXI=' }), 401, code);
  });

  it.each(ofService)('%s %s: no person, and no key that is not one', async (method, path) => {
    expectRefused(await call(method, path, { cookie: cookies.all }), 401, 'BW-SERVICE-KEY-REQUIRED');
    const authorization = 'Bearer bwk_placeholder';
    expectRefused(await call(method, path, { authorization }), 401, 'BW-SERVICE-KEY-INVALID');
  });

  it.each(onlyOfPeople)('%s %s: no service', async (method, path) => {
    expectRefused(await call(method, path, watched.serviceKey), 401, 'BW-SIGN-IN-REQUIRED');
  });

  it.each(ofPeople)('%s %s: no session that is not one', async (method, path) => {
    const cookie = 'breakwater_session=placeholder';
    expectRefused(await call(method, path, { cookie }), 401, 'BW-SIGN-IN-REQUIRED');
  });

  it.each(byPermission)('%s %s: nobody without the permission, %s', async (method, path, who) => {
    expectRefused(await call(method, path, { cookie: cookies.nothing }), 403, 'BW-FORBIDDEN');
    const permission = who.replace('service or ', '');
    for (const role of ['reviewer', 'administrator'] as const) {
      const session = await watched.api.inject({ url: '/v1/session', headers: { cookie: cookies[role] } });
      const allowed = session.json<{ permissions: string[] }>().permissions.includes(permission);
      const answer = await call(method, path, { cookie: cookies[role] });
      if (allowed) expect([401, 403]).not.toContain(answer.statusCode);
      else expectRefused(answer, 403, 'BW-FORBIDDEN');
    }
  });

  it.each([...thatChange, ['POST', '/v1/sign-in', 'anyone'] as const])(
    '%s %s: nobody on behalf of another site',
    async (method, path) => {
      const elsewhere: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://other.example' },
        { origin: 'https://desk.example:8443' },
        { origin: 'null' },
      ];
      for (const headers of elsewhere)
        expectRefused(await call(method, path, { cookie: cookies.all, ...headers }), 403, 'BW-CROSS-ORIGIN');
    },
  );

  it('is refused to nobody at its own site', async () => {
    const own = { origin: 'https://desk.example', 'sec-fetch-site': 'same-origin' };
    const answer = await call('POST', '/v1/services', { cookie: cookies.all, ...own });
    expect(answer.json()).toMatchObject({ error: { code: 'BW-BODY-INVALID' } });
  });

  it('keeps a service to what is its own', async () => {
    for (const method of ['PUT', 'DELETE'] as const) {
      const answer = await watched.api.inject({
        method,
        url: '/v1/services/another/webhook',
        headers: watched.serviceKey,
        ...(method === 'PUT' ? { payload: { url: 'https://other.example/' } } : {}),
      });
      expectRefused(answer, 403, 'BW-FORBIDDEN');
    }
  });

  it('ends with the session', async () => {
    const { cookie } = await watched.signInAs('reviewer');
    expect((await call('POST', '/v1/sign-out', { cookie })).statusCode).toBe(204);
    expectRefused(await call('GET', '/v1/session', { cookie }), 401, 'BW-SIGN-IN-REQUIRED');
    const late = await watched.signInAs('reviewer');
    watched.desk.clock.advance(12 * 60 * 60 * 1000);
    expectRefused(await call('GET', '/v1/session', late), 401, 'BW-SIGN-IN-REQUIRED');
  });

  it('leaves a log that tells nothing', () => expectDiscreetLog(watched));
});

function expectRefused(answer: Answer, status: number, code: string): void {
  expect(answer.json()).toMatchObject({ error: { code } });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
}
