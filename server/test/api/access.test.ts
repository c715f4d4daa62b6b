import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ALL_SERVICE_SCOPES,
  createServiceKey,
  ROLES,
  rolesWith,
  STEP_UP,
  type Permission,
  type Role,
  type ServiceScope,
} from '../../src/access/index.ts';
import { createWatchedDesk, expectDiscreetLog, type Answer, type WatchedDesk } from './watched-desk.ts';

type Scopes = Readonly<Record<string, ServiceScope>>;
type Who =
  | 'anyone'
  | 'service'
  | 'signed-in'
  | 'own account'
  | 'own account, recently'
  | Permission
  | `service or ${Permission}`;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Every route of the API and who may call it. A route that is not in this table fails the first test. */
const ROUTES: readonly [Method, string, Who][] = [
  ['GET', '/v1/sign-in/ways', 'anyone'],
  ['POST', '/v1/sign-in', 'anyone'],
  ['POST', '/v1/sign-in/passkey/options', 'anyone'],
  ['POST', '/v1/sign-in/passkey', 'anyone'],
  ['POST', '/v1/sign-in/password', 'anyone'],
  ['POST', '/v1/sign-in/recovery-code', 'anyone'],
  ['GET', '/v1/sign-in/organization', 'anyone'],
  ['GET', '/v1/sign-in/organization/callback', 'anyone'],
  ['POST', '/v1/invitations/accept', 'anyone'],
  ['POST', '/v1/sign-out', 'own account'],
  ['GET', '/v1/session', 'own account'],
  ['POST', '/v1/step-up/passkey/options', 'own account'],
  ['POST', '/v1/step-up/passkey', 'own account'],
  ['POST', '/v1/step-up/password', 'own account'],
  ['GET', '/v1/step-up/organization', 'own account'],
  ['GET', '/v1/account', 'own account'],
  ['POST', '/v1/account/passkeys/options', 'own account, recently'],
  ['POST', '/v1/account/passkeys', 'own account, recently'],
  ['DELETE', '/v1/account/passkeys/{passkeyId}', 'own account, recently'],
  ['POST', '/v1/account/authenticator', 'own account, recently'],
  ['PUT', '/v1/account/password', 'own account, recently'],
  ['DELETE', '/v1/account/password', 'own account, recently'],
  ['POST', '/v1/account/recovery-codes', 'own account, recently'],
  ['DELETE', '/v1/account/sessions/{sessionId}', 'own account'],
  ['DELETE', '/v1/account/sessions', 'own account'],
  ['POST', '/v1/invitations', 'people.change'],
  ['POST', '/v1/people/{personId}/invitation', 'people.change'],
  ['GET', '/v1/workspace', 'signed-in'],
  ['DELETE', '/v1/demo', 'workspace.change'],
  ['POST', '/v1/user-reports', 'service'],
  ['GET', '/v1/user-reports/{userReportId}', 'service'],
  ['POST', '/v1/screen', 'service'],
  ['GET', '/v1/hash-lists', 'hash-lists.read'],
  ['GET', '/v1/hash-lists/{slug}/entries', 'hash-lists.read'],
  ['DELETE', '/v1/hash-lists/{slug}', 'hash-lists.change'],
  ['POST', '/v1/hash-lists/{slug}/import', 'service or hash-lists.change'],
  ['PUT', '/v1/hash-lists/{slug}/sharing', 'hash-lists.change'],
  ['GET', '/v1/cases', 'queue.read'],
  ['GET', '/v1/cases/{caseId}', 'cases.read'],
  ['GET', '/v1/cases/{caseId}/timeline', 'cases.read'],
  ['PUT', '/v1/cases/{caseId}/assignee', 'cases.read'],
  ['PUT', '/v1/cases/{caseId}/access', 'cases.restrict'],
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
  ['POST', '/v1/services/{slug}/keys/{keyId}/rotation', 'services.change'],
  ['DELETE', '/v1/services/{slug}/keys/{keyId}', 'services.change'],
  ['GET', '/v1/people', 'people.read'],
  ['PUT', '/v1/people/{personId}/roles', 'people.change'],
  ['POST', '/v1/people/{personId}/deactivation', 'people.change'],
  ['DELETE', '/v1/people/{personId}/deactivation', 'people.change'],
  ['GET', '/v1/exclusions', 'people.exclude'],
  ['POST', '/v1/exclusions', 'signed-in'],
  ['DELETE', '/v1/exclusions/{exclusionId}', 'people.exclude'],
  ['GET', '/v1/approvals', 'signed-in'],
  ['GET', '/v1/approvals/{approvalId}', 'signed-in'],
  ['POST', '/v1/approvals/{approvalId}/approve', 'approvals.give'],
  ['POST', '/v1/approvals/{approvalId}/refuse', 'approvals.give'],
  ['POST', '/v1/approvals/{approvalId}/withdraw', 'signed-in'],
  ['GET', '/v1/two-person-rules', 'signed-in'],
  ['PUT', '/v1/two-person-rules/{kind}', 'approvals.configure'],
  ['PUT', '/v1/lone-signature', 'approvals.configure'],
  ['GET', '/v1/cases/{caseId}/custody', 'cases.read'],
  ['POST', '/v1/cases/{caseId}/exports', 'cases.export'],
  ['POST', '/v1/case-exports/{exportId}/package', 'cases.export'],
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
  ['GET', '/v1/ledger/export', 'ledger.export'],
];

/**
 * Which roles hold each permission that a route asks for, written down a second time: a change to the table of roles that
 * nobody meant fails here, for every route that it opens or closes.
 */
const HOLDERS: Partial<Record<Permission, readonly Role[]>> = {
  'queue.read': ['intake', 'analyst', 'reviewer', 'reporting-officer', 'lead'],
  'cases.read': ['analyst', 'reviewer', 'reporting-officer', 'lead'],
  'cases.decide': ['reviewer'],
  'cases.restrict': ['lead'],
  'cases.export': ['lead'],
  'exhibits.preview': ['analyst', 'reviewer', 'lead'],
  'exhibits.reveal': ['reviewer'],
  'exhibits.hold': ['lead'],
  'exhibits.destroy': ['lead'],
  'reports.read': ['analyst', 'reviewer', 'reporting-officer', 'lead'],
  'reports.file': ['reporting-officer'],
  'deliveries.read': ['analyst', 'reviewer', 'lead'],
  'deliveries.retry': ['lead'],
  'hash-lists.read': ['analyst', 'reviewer', 'lead', 'administrator'],
  'hash-lists.change': ['administrator'],
  'services.read': ['intake', 'analyst', 'reviewer', 'reporting-officer', 'lead', 'administrator'],
  'services.change': ['administrator'],
  'people.read': ['lead', 'auditor', 'administrator'],
  'people.change': ['administrator'],
  'people.exclude': ['lead'],
  'approvals.give': ['lead', 'administrator'],
  'approvals.configure': ['administrator'],
  'retention.change': ['lead', 'administrator'],
  'ledger.read': ['lead', 'auditor'],
  'ledger.export': ['auditor'],
  'workspace.change': ['administrator'],
};

/** Which scope of a service key each of its routes takes. */
const SCOPES: Scopes = {
  'POST /v1/user-reports': 'report',
  'GET /v1/user-reports/{userReportId}': 'read-own',
  'POST /v1/screen': 'screen',
  'POST /v1/hash-lists/{slug}/import': 'hash-lists',
  'PUT /v1/services/{slug}/webhook': 'webhooks',
  'DELETE /v1/services/{slug}/webhook': 'webhooks',
};

const closed = ROUTES.filter(([, , who]) => who !== 'anyone');
const ofService = closed.filter(([, , who]) => who === 'service');
const ofPeople = closed.filter(([, , who]) => who !== 'service');
const byPermission = ofPeople.filter(([, , who]) => who !== 'signed-in' && !who.startsWith('own account'));
const withProof = ofPeople.filter(
  ([, , who]) => who === 'own account, recently' || [...STEP_UP].some((one) => who.endsWith(one)),
);
const beyondEnrolment = ofPeople.filter(([, , who]) => !who.startsWith('own account'));
const onlyOfPeople = ofPeople.filter(([, , who]) => !who.startsWith('service or'));
const thatChange = ofPeople.filter(([method]) => method !== 'GET');

describe('who may call', () => {
  let watched: WatchedDesk;
  let cookies: Record<Role | 'all' | 'nothing', string>;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    const signedIn = [];
    for (const role of ROLES) signedIn.push([role, (await watched.signInAs(role)).cookie]);
    cookies = {
      ...(Object.fromEntries(signedIn) as Record<Role, string>),
      all: (await watched.signInAs(...ROLES)).cookie,
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
  const changeSessions = (to: { fresh_until: Date } | { enrolling: boolean }) =>
    watched.desk.db.updateTable('sessions').set(to).execute();

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

  it('is told for every scope of a service key', () => {
    const served = ROUTES.filter(([, , who]) => who === 'service' || who.startsWith('service or'));
    expect(Object.keys(SCOPES).toSorted()).toEqual(
      served.map(([method, path]) => `${method} ${path}`).toSorted(),
    );
  });

  it.each(Object.entries(SCOPES))('%s: no key without the scope %s', async (route, scope) => {
    const { desk } = watched;
    const [method, path] = route.split(' ') as [Method, string];
    const other = ALL_SERVICE_SCOPES.filter((one) => one !== scope);
    const { key } = await desk.db.transaction().execute((trx) =>
      createServiceKey(
        trx,
        desk.clock,
        { kind: 'system', part: 'test' },
        {
          serviceId: desk.service.serviceId,
          label: 'placeholder',
          scopes: other,
        },
      ),
    );
    const authorization = `Bearer ${key}`;
    expectRefused(await call(method, path, { authorization }), 403, 'BW-SERVICE-KEY-SCOPE');
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
    const permission = who.replace('service or ', '') as Permission;
    const holders = HOLDERS[permission];
    expect(holders, `who holds ${permission}?`).toBeDefined();
    expect(rolesWith(permission)).toEqual(holders);
    for (const role of ROLES) {
      const answer = await call(method, path, { cookie: cookies[role] });
      if (holders?.includes(role) === true) expect([401, 403]).not.toContain(answer.statusCode);
      else expectRefused(answer, 403, 'BW-FORBIDDEN');
    }
  });

  it.each(withProof)('%s %s: nobody whose last proof of who they are is old', async (method, path) => {
    const { clock } = watched.desk;
    await changeSessions({ fresh_until: clock.now() });
    expectRefused(await call(method, path, { cookie: cookies.all }), 403, 'BW-STEP-UP-REQUIRED');
    await changeSessions({ fresh_until: new Date(clock.now().getTime() + 60 * 60_000) });
  });

  it.each(beyondEnrolment)('%s %s: nobody who has only just been invited', async (method, path) => {
    await changeSessions({ enrolling: true });
    expectRefused(await call(method, path, { cookie: cookies.all }), 403, 'BW-ENROLMENT-REQUIRED');
    await changeSessions({ enrolling: false });
  });

  it('is refused to a form on another site, also where the browser does not say so', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      expectRefused(
        await call('POST', '/v1/sign-out', { cookie: cookies.all, 'content-type': type }),
        403,
        'BW-CROSS-ORIGIN',
      );
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
