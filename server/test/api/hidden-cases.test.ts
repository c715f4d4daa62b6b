import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Permission } from '../../src/access/index.ts';
import { HOLD_GROUNDS, orderExport, placeHold } from '../../src/custody/index.ts';
import { decide } from '../../src/review/index.ts';
import { queueReport } from '../../src/reporting/index.ts';
import { doneOf } from '../desk/index.ts';
import { reportedCase, type ReportedCase } from '../review/reported-case.ts';
import { createWatchedDesk, type WatchedDesk } from './watched-desk.ts';

/** Things of a case, by the parameter that names them. Every route that takes one is walked. */
type Thing = 'caseId' | 'exhibitId' | 'reportId' | 'deliveryId' | 'approvalId' | 'holdId' | 'exportId';
/** Parameters that name nothing of a case. A new one has to be put on one side or the other. */
const NOT_OF_A_CASE = [
  'slug',
  'keyId',
  'userReportId',
  'personId',
  'exclusionId',
  'kind',
  'passkeyId',
  'sessionId',
  // Of the ledger, which auditors read whole.
  'eventId',
];

let watched: WatchedDesk;
let open: ReportedCase;
let closed: ReportedCase;
let things: Record<Thing, string>;
let routes: { method: string; path: string; things: Thing[] }[];

beforeAll(async () => {
  watched = await createWatchedDesk();
  const { desk } = watched;
  open = await reportedCase(desk);
  closed = await reportedCase(desk);
  const decisionId = doneOf(
    await decide(desk, desk.person, closed.caseId, {
      policyId: 'child-safety.csam',
      rationale: 'placeholder',
      actions: [{ kind: 'remove-group', target: { kind: 'group', id: closed.groupId } }],
      cyberTip: {
        incidentType: 'Child Pornography (possession, manufacture, and distribution)',
        exhibits: [],
      },
    }),
  );
  await desk.runJobs();
  await queueReport({ ...desk, cyberTipline: { environment: 'unconfigured' } }, decisionId);
  // A request about the case, as a room would make it.
  const { rows } = await desk.pool.query<{ id: string }>(
    `INSERT INTO approvals (id, kind, payload, reason, subject, case_id, requested_by, requested_at, expires_at, state)
     VALUES (gen_random_uuid(), 'exhibits.destroy', '{}', 'placeholder', 'case', $1, $2, $3, $3::timestamptz + '1 day', 'waiting')
     RETURNING id`,
    [closed.caseId, desk.person.id, desk.clock.now()],
  );
  const recipient = await identityToRecipient(await generateX25519Identity());
  const exported = { caseId: closed.caseId, recipient, why: 'placeholder', links: 'withheld' } as const;
  const holdId = await placeHold(
    desk,
    { kind: 'person', id: desk.person.id },
    { on: { exhibitId: closed.exhibits[0] ?? '' }, ground: HOLD_GROUNDS[0]?.id ?? '', why: 'placeholder' },
  );
  const idOf = async (table: string) =>
    (
      await desk.pool.query<{ id: string }>(`SELECT id FROM ${table} WHERE case_id = $1 LIMIT 1`, [
        closed.caseId,
      ])
    ).rows[0]?.id ?? '';
  things = {
    caseId: closed.caseId,
    exhibitId: closed.exhibits[0] ?? '',
    reportId: await idOf('reports'),
    deliveryId: await idOf('deliveries'),
    approvalId: rows[0]?.id ?? '',
    holdId,
    exportId: doneOf(await orderExport(desk, desk.person, exported)).id,
  };
  expect(Object.values(things)).not.toContain('');
  const { paths } = (await watched.api.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
      for (const name of names) expect([...Object.keys(things), ...NOT_OF_A_CASE]).toContain(name);
      return {
        method: method.toUpperCase(),
        path,
        things: names.filter((name): name is Thing => name in things),
      };
    }),
  );
});
afterAll(() => watched.close());

const call = (method: string, path: string, cookie: string, payload?: object) => {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name as Thing]);
  return watched.api.inject({
    method: method as 'GET',
    url,
    headers: { cookie },
    ...(payload === undefined ? {} : { payload }),
  });
};

/** A body that each route takes, so that it is not refused for that before anything is looked up. */
const BODIES: Record<string, object> = {
  'POST /v1/exhibits/{exhibitId}/reveal': { reason: 'placeholder' },
  'POST /v1/cases/{caseId}/decisions': { policyId: 'no-violation', rationale: 'placeholder' },
  'PUT /v1/cases/{caseId}/assignee': { personId: null },
  'PUT /v1/cases/{caseId}/access': { people: null },
  'POST /v1/holds/{holdId}/release': { why: 'placeholder' },
  'POST /v1/holds/{holdId}/renew': { why: 'placeholder' },
  'POST /v1/exhibits/{exhibitId}/destruction': { ground: 'term-ended', why: 'placeholder' },
  'POST /v1/cases/{caseId}/exports': { recipient: 'placeholder', why: 'placeholder' },
  'POST /v1/approvals/{approvalId}/approve': {},
  'POST /v1/approvals/{approvalId}/refuse': {},
};

/** Somebody with every role, and what the desk tells them. */
async function newcomer(): Promise<{ id: string; cookie: string }> {
  const { cookie } = await watched.signInAs(...ROLES);
  const session = await watched.api.inject({ url: '/v1/session', headers: { cookie } });
  return { id: session.json<{ person: { id: string } }>().person.id, cookie };
}

const LISTS: [string, Permission | null][] = [
  ['/v1/cases?status=open', 'queue.read'],
  ['/v1/cases?status=closed', 'queue.read'],
  ['/v1/reports', 'reports.read'],
  ['/v1/deliveries', 'deliveries.read'],
  ['/v1/destructions/due', 'exhibits.destroy'],
  ['/v1/approvals?view=to-sign', null],
  ['/v1/approvals?view=own', null],
  ['/v1/approvals?view=history', null],
];

async function expectSeen(cookie: string): Promise<void> {
  expect((await call('GET', '/v1/cases/{caseId}', cookie)).statusCode).toBe(200);
}

async function expectHidden(cookie: string, who: string): Promise<void> {
  for (const { method, path, things: named } of routes.filter((route) => route.things.length > 0)) {
    const answer = await call(method, path, cookie, BODIES[`${method} ${path}`]);
    const place = `${who}: ${method} ${path} (${named.join()})`;
    expect(answer.statusCode, `${place} ${answer.body.slice(0, 200)}`).toBe(404);
    expect(answer.json(), place).toMatchObject({ error: { code: 'BW-NOT-FOUND' } });
  }
  for (const on of [
    { kind: 'case', id: things.caseId },
    { kind: 'exhibit', id: things.exhibitId },
  ]) {
    const payload = { on, ground: HOLD_GROUNDS[0]?.id, why: 'placeholder' };
    const held = await watched.api.inject({ method: 'POST', url: '/v1/holds', headers: { cookie }, payload });
    expect(held.statusCode, `${who}: a hold on the ${on.kind}`).toBe(404);
  }
  for (const [url] of LISTS) {
    const { body } = await watched.api.inject({ url, headers: { cookie } });
    for (const id of Object.values(things)) expect(body, `${who}: ${url}`).not.toContain(id);
  }
  const counts = (await watched.api.inject({ url: '/v1/workspace', headers: { cookie } })).json<{
    counts: Record<string, number>;
  }>().counts;
  expect(counts, who).toMatchObject({ deadDeliveries: 0, pendingDeliveries: 0, approvalsToSign: 0 });
}

describe('a case that is not for everybody', () => {
  it('is seen by a newcomer with every role, before anything is done', async () => {
    const { cookie } = await newcomer();
    await expectSeen(cookie);
    for (const { method, path } of routes.filter(
      (route) => route.things.length > 0 && route.method === 'GET',
    )) {
      const answer = await call(method, path, cookie);
      // There is none yet, which is said of an exhibit that is there.
      if (path.endsWith('/certificate')) expect(answer.body).toContain('certificate');
      else expect(answer.statusCode, `${method} ${path}`).not.toBe(404);
    }
  });

  it.each(['case', 'group', 'account', 'service'] as const)(
    'is not there for who is excluded from the %s',
    async (kind) => {
      const { id, cookie } = await newcomer();
      const targets = {
        case: closed.caseId,
        group: closed.groupId,
        account: closed.sender,
        service: watched.desk.service.serviceId,
      };
      const target = { kind, id: targets[kind] };
      const payload = { personId: id, target, reason: 'placeholder' };
      const own = await watched.api.inject({
        method: 'POST',
        url: '/v1/exclusions',
        headers: { cookie },
        payload,
      });
      expect(own.statusCode, own.body).toBe(204);
      await expectHidden(cookie, kind);
      // Neither lifted nor found by who is excluded.
      const listed = await watched.api.inject({ url: '/v1/exclusions', headers: { cookie } });
      expect(listed.body).not.toContain(id);
      const other = await newcomer();
      const { items } = (
        await watched.api.inject({ url: '/v1/exclusions', headers: { cookie: other.cookie } })
      ).json<{ items: { id: string; person: { id: string } }[] }>();
      const exclusion = items.find((item) => item.person.id === id)?.id ?? '';
      const lift = (by: string) =>
        watched.api.inject({ method: 'DELETE', url: `/v1/exclusions/${exclusion}`, headers: { cookie: by } });
      expect((await lift(cookie)).statusCode).toBe(404);
      expect((await lift(other.cookie)).statusCode).toBe(204);
      await expectSeen(cookie);
    },
  );

  it('is not there for who is not named, once it is restricted, and is there for who is', async () => {
    const [named, other] = [await newcomer(), await newcomer()];
    const restrict = (people: string[] | null, cookie = named.cookie) =>
      call('PUT', '/v1/cases/{caseId}/access', cookie, { people });
    const answer = await restrict([named.id]);
    expect(answer.statusCode, answer.body).toBe(204);
    await expectSeen(named.cookie);
    await expectHidden(other.cookie, 'not named');
    expect((await restrict([named.id, other.id])).statusCode).toBe(204);
    await expectSeen(other.cookie);
    expect((await restrict(null)).statusCode).toBe(204);
    const { rows } = await watched.desk.pool.query(
      `SELECT payload -> 'people' AS people FROM events WHERE type = 'case.access-changed' ORDER BY inserted`,
    );
    expect(rows.map(({ people }: { people: string[] }) => people.length)).toEqual([1, 2, 0]);
  });

  it('is always left with a lead who can open it up again', async () => {
    const { cookie } = await newcomer();
    const reviewer = await watched.signInAs('reviewer');
    const session = await watched.api.inject({ url: '/v1/session', headers: reviewer });
    const { id } = session.json<{ person: { id: string } }>().person;
    for (const people of [[], [id]]) {
      const answer = await call('PUT', '/v1/cases/{caseId}/access', cookie, { people });
      expect(answer.json()).toMatchObject({ error: { code: 'BW-RESTRICTION-UNKEPT' } });
    }
    await expectSeen(cookie);
  });

  it('is no case of who it is assigned to, if they may not know of it', async () => {
    const [lead, excluded] = [await newcomer(), await newcomer()];
    await watched.api.inject({
      method: 'POST',
      url: '/v1/exclusions',
      headers: { cookie: lead.cookie },
      payload: { personId: excluded.id, target: { kind: 'group', id: open.groupId }, reason: 'placeholder' },
    });
    const assign = (personId: string | null, cookie: string) =>
      watched.api.inject({
        method: 'PUT',
        url: `/v1/cases/${open.caseId}/assignee`,
        headers: { cookie },
        payload: { personId },
      });
    expect((await assign(excluded.id, lead.cookie)).json()).toMatchObject({
      error: { code: 'BW-PERSON-UNFIT' },
    });
    expect((await assign(lead.id, lead.cookie)).json()).toMatchObject({ assignee: { id: lead.id } });
    const analyst = (await watched.signInAs('analyst')).cookie;
    expect((await assign(null, analyst)).json()).toMatchObject({ error: { code: 'BW-FORBIDDEN' } });
    const mine = await watched.api.inject({ url: '/v1/cases?assignee=me', headers: { cookie: lead.cookie } });
    expect(mine.json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toEqual([open.caseId]);
  });

  it('is not told of to who has no part in cases', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      const { cookie } = await watched.signInAs(role);
      for (const { path } of routes.filter(({ method }) => method === 'GET')) {
        const { body } = await call('GET', path, cookie);
        for (const id of [open.caseId, open.groupId, open.sender, ...Object.values(things)])
          expect(body, `${role}: ${path}`).not.toContain(id);
        expect(body, `${role}: ${path}`).not.toContain('Tide tables');
      }
      const { counts } = (await watched.api.inject({ url: '/v1/workspace', headers: { cookie } })).json<{
        counts: { openCases: number | null };
      }>();
      expect(counts.openCases).toBe(role === 'auditor' ? 1 : null);
    }
  });
});
