import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import {
  accountsOfCase,
  closeCase,
  groupPage,
  joinOrOpenCase,
  lockCase,
  noteAccounts,
  noteGroup,
  noteMemberships,
  type Joining,
} from './index.ts';

const FACTS = { userReports: 1, vouchedFor: false, harms: ['other'] };

let desk: Desk;
let groupId: string;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
  groupId = (await note({})).id;
});

let externalId = randomUUID();
function note(surfaces: { name?: string; description?: string }, sameGroup?: 'same') {
  if (sameGroup === undefined) externalId = randomUUID();
  return desk.db
    .transaction()
    .execute((trx) => noteGroup(trx, desk.service.serviceId, desk.clock.now(), { externalId, ...surfaces }));
}
function accounts(...externalIds: string[]) {
  const seen = externalIds.map((id) => ({ externalId: id }));
  return desk.db
    .transaction()
    .execute((trx) => noteAccounts(trx, desk.service.serviceId, desk.clock.now(), seen));
}
function join(joining: Partial<Joining> = {}, facts = FACTS) {
  const report = { userReportId: randomUUID(), serviceId: desk.service.serviceId, groupId, exhibitIds: [] };
  const nobody = { senderOfReportedMessage: null, accountIds: [], reporterId: null };
  return desk.db
    .transaction()
    .execute((trx) =>
      joinOrOpenCase(trx, desk.clock, { ...report, ...nobody, ...joining }, async () => facts),
    );
}
const close = (caseId: string) =>
  desk.db.transaction().execute(async (trx) => {
    await lockCase(trx, caseId);
    const actor = { kind: 'person', id: desk.person.id } as const;
    await closeCase(trx, desk.clock, actor, { caseId, decisionId: randomUUID() });
  });
const eventsOf = async (caseId: string) =>
  (
    await desk.db
      .selectFrom('events')
      .select('type')
      .where('case_id', '=', caseId)
      .orderBy('inserted')
      .execute()
  ).map(({ type }) => type);

describe('a case', () => {
  it('is opened by the first report about a group and joined by the next', async () => {
    const first = await join();
    const second = await join({}, { ...FACTS, userReports: 2 });
    expect(second).toMatchObject({ id: first.id, number: first.number, status: 'open', priority: 15 });
    expect(await eventsOf(first.id)).toEqual([
      'case.opened',
      'case.user-report-joined',
      'case.user-report-joined',
    ]);
  });

  it('is one, however many reports about a group arrive at once', async () => {
    const joined = await Promise.all(Array.from({ length: 12 }, () => join()));
    expect(new Set(joined.map(({ id }) => id)).size).toBe(1);
    const types = await eventsOf(joined[0]?.id ?? '');
    expect(types.filter((type) => type === 'case.opened')).toHaveLength(1);
    expect(types).toHaveLength(13);
  });

  it('stays closed: a report that arrives later opens another', async () => {
    const first = await join();
    await close(first.id);
    const second = await join();
    expect(second.id).not.toBe(first.id);
    expect(second.number).toBeGreaterThan(first.number);
    await close(second.id);
    expect((await eventsOf(second.id)).at(-1)).toBe('case.closed');
  });

  it('loses no report that arrives while it is being closed', async () => {
    const first = await join();
    const [, ...joined] = await Promise.all([close(first.id), ...Array.from({ length: 6 }, () => join())]);
    const open = await desk.db
      .selectFrom('cases')
      .select('id')
      .where('group_id', '=', groupId)
      .where('status', '=', 'open')
      .execute();
    expect(open.length).toBeLessThanOrEqual(1);
    const ids = new Set([first.id, ...open.map(({ id }) => id)]);
    expect(joined.filter(({ id }) => !ids.has(id))).toEqual([]);
    // Whatever joined the closed case did so before it was closed.
    const types = await eventsOf(first.id);
    expect(types.indexOf('case.closed')).toBe(types.length - 1);
  });

  it('remembers who reported and who sent what was reported, whatever later reports say', async () => {
    const ids = await accounts('reporter', 'sender', 'member');
    const [reporterId, senderOfReportedMessage, member] = ['reporter', 'sender', 'member'].map(
      (name) => ids.get(name) ?? '',
    ) as [string, string, string];
    const { id } = await join({ reporterId, senderOfReportedMessage });
    await join({ accountIds: [reporterId, senderOfReportedMessage, member, member] });
    expect(await accountsOfCase(desk.db, id)).toMatchObject([
      { external_id: 'sender', sent_reported_message: true, reporter: false },
      { external_id: 'member', sent_reported_message: false, reporter: false },
      { external_id: 'reporter', sent_reported_message: false, reporter: true },
    ]);
  });

  it('takes in a group of any size', async () => {
    const ids = await accounts(...Array.from({ length: 20_000 }, (_, index) => `many-${index}`));
    const { id } = await join({ accountIds: [...ids.values()] });
    expect(await accountsOfCase(desk.db, id)).toHaveLength(20_000);
  });
});

describe('a group', () => {
  it('keeps every name that it had, and since when, and what was not said again', async () => {
    desk.clock.set('2026-02-01T00:00:00Z');
    const { id } = await note({ name: 'Tide tables', description: 'about tides' });
    desk.clock.set('2026-02-02T00:00:00Z');
    await note({ name: 'Harbor news' }, 'same');
    desk.clock.set('2026-02-03T00:00:00Z');
    await note({}, 'same');
    await note({ name: 'Tide tables' }, 'same');
    expect(await groupPage(desk.db, id)).toMatchObject({
      group: { name: 'Tide tables', description: 'about tides', first_seen_at: new Date('2026-02-01') },
      names: [
        { name: 'Tide tables', first_seen_at: new Date('2026-02-01') },
        { name: 'Harbor news', first_seen_at: new Date('2026-02-02') },
      ],
      members: 0,
    });
  });

  it('is one, however many reports speak of it at once', async () => {
    externalId = randomUUID();
    const names = Array.from({ length: 8 }, (_, index) => `Name ${index % 3}`);
    const groups = await Promise.all(names.map((name) => note({ name }, 'same')));
    expect(new Set(groups.map(({ id }) => id)).size).toBe(1);
    expect((await groupPage(desk.db, groups[0]?.id ?? '')).names).toHaveLength(3);
  });

  it('knows who is in it, in what role, and who left', async () => {
    const ids = await accounts('owner', 'member');
    const [owner, member] = [ids.get('owner') ?? '', ids.get('member') ?? ''];
    const joinedAt = new Date('2026-01-01');
    const put = (...memberships: Parameters<typeof noteMemberships>[2]) =>
      desk.db.transaction().execute((trx) => noteMemberships(trx, groupId, memberships));
    await put({ accountId: owner, role: 'owner', joinedAt }, { accountId: member, role: 'member' });
    expect((await groupPage(desk.db, groupId)).members).toBe(2);
    await put(
      { accountId: owner, role: 'admin' },
      { accountId: member, role: 'member', leftAt: new Date('2026-01-05') },
    );
    expect((await groupPage(desk.db, groupId)).members).toBe(1);
    const { id } = await join({ accountIds: [owner, member] });
    expect(await accountsOfCase(desk.db, id)).toMatchObject([
      { external_id: 'owner', role: 'admin', joined_at: joinedAt, left_at: null },
      { external_id: 'member', role: 'member', left_at: new Date('2026-01-05') },
    ]);
    await put({ accountId: member, role: 'member' });
    expect((await groupPage(desk.db, groupId)).members).toBe(2);
  });
});

describe('accounts', () => {
  it('are each noted once, with the latest that is known of them', async () => {
    const see = (...seen: Parameters<typeof noteAccounts>[3]) =>
      desk.db
        .transaction()
        .execute((trx) => noteAccounts(trx, desk.service.serviceId, desk.clock.now(), seen));
    const first = await see(
      { externalId: 'a', handle: '@a', displayName: 'A' },
      { externalId: 'a', handle: '@b' },
    );
    const again = await see({ externalId: 'a', displayName: 'B' });
    expect([...again]).toEqual([...first]);
    const row = await desk.db
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', first.get('a') ?? '')
      .executeTakeFirst();
    expect(row).toMatchObject({ handle: '@b', display_name: 'B' });
  });

  it('do not lock one another out when reports name them in different orders at once', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `crowd-${index}`);
    const orders = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? names : names.toReversed()));
    const noted = await Promise.all(orders.map((order) => accounts(...order)));
    expect(new Set(noted.flatMap((ids) => [...ids.values()])).size).toBe(30);
  });
});
