import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { pageOfCases, type CaseSummaryRow } from '../cases/index.ts';
import { hashListBySlug, hashListsVersion, listHashLists } from '../hashlists/index.ts';
import { receiveUserReport } from '../intake/index.ts';
import { verifyLedger, type Actor } from '../ledger/index.ts';
import { decide } from '../review/index.ts';
import { createDemo, demoState, removeDemo } from './index.ts';
import { listedPicture } from './listed-pictures.ts';

const PERSON: Actor = { kind: 'person', id: '00000000-0000-4000-8000-000000000001' };

let desk: Desk;

beforeEach(async () => {
  desk = await createDesk();
});

afterEach(() => desk.close());

async function openCases(): Promise<CaseSummaryRow[]> {
  return (await pageOfCases(desk.db, desk.person, { status: 'open', limit: 50 })).items;
}

async function count(
  table: 'groups' | 'accounts' | 'user_reports' | 'cases' | 'decisions' | 'exhibits' | 'vault_objects',
): Promise<number> {
  const row = await desk.db
    .selectFrom(table)
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

async function waitingJobs(): Promise<number | undefined> {
  const { rows } = await desk.pool.query<{ count: number }>('SELECT count(*) FROM graphile_worker.jobs');
  return rows[0]?.count;
}

async function filesInVault(): Promise<number> {
  const entries = await readdir(join(desk.folder, 'vault'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** Rules on the case of that group, with an action and a report. */
async function decideCaseOf(groupName: string): Promise<void> {
  const found = (await openCases()).find((item) => item.group_name === groupName);
  if (found === undefined) throw new Error(`there is no open case of ${groupName}`);
  const target = { kind: 'group', id: found.group_id } as const;
  await decide(desk, desk.person, found.id, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder rationale',
    actions: [{ kind: 'restrict-group', target }],
    cyberTip: { incidentType: 'Child Sex Trafficking', exhibits: [] },
  });
}

it('becomes six cases by the way that every report takes', async () => {
  expect(await demoState(desk.db)).toBe('absent');
  await createDemo(desk);
  expect(await demoState(desk.db)).toBe('complete');
  await desk.runJobs();
  const cases = await openCases();
  expect(cases.every((item) => item.demo && item.service_slug === 'harbour-chat')).toBe(true);
  const shown = cases.map((item) => ({
    name: item.group_name,
    exhibits: item.exhibits,
    known: item.known_matches,
    unscanned: item.unscanned,
  }));
  expect(shown).toHaveLength(6);
  expect(shown).toEqual(
    expect.arrayContaining([
      { name: 'Tide tables', exhibits: 2, known: 1, unscanned: 0 },
      { name: 'Knot of the week', exhibits: 2, known: 1, unscanned: 0 },
      { name: 'Rowing Thursdays', exhibits: 3, known: 0, unscanned: 0 },
      { name: '潮汐と天気', exhibits: 4, known: 0, unscanned: 0 },
      { name: 'Sunday sails ⛵', exhibits: 1, known: 0, unscanned: 1 },
      { name: 'فانوس الميناء', exhibits: 0, known: 0, unscanned: 0 },
    ]),
  );
  expect(await count('groups')).toBe(20);
  expect(await count('accounts')).toBe(40);
  expect((await hashListBySlug(desk.db, 'demo-list')).entries).toBe(12);
  expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
});

it('finds one picture exactly and one by its likeness', async () => {
  await createDemo(desk);
  await desk.runJobs();
  const signals = await desk.db
    .selectFrom('signals')
    .select(['entry_label', 'fingerprint', 'distance'])
    .orderBy('entry_label')
    .orderBy('fingerprint')
    .execute();
  expect(signals).toEqual([
    { entry_label: 'demo entry 1', fingerprint: 'md5', distance: 0 },
    { entry_label: 'demo entry 1', fingerprint: 'pdq', distance: 0 },
    { entry_label: 'demo entry 1', fingerprint: 'sha256', distance: 0 },
    { entry_label: 'demo entry 2', fingerprint: 'pdq', distance: expect.any(Number) },
  ]);
  expect(signals[3]?.distance).toBeGreaterThan(0);
  const cut = await desk.db
    .selectFrom('exhibits')
    .select('unscanned_reason')
    .where('verdict', '=', 'unscanned')
    .execute();
  expect(cut).toEqual([{ unscanned_reason: 'truncated' }]);
});

it('has a group that was renamed, with members from before and from after', async () => {
  await createDemo(desk);
  const group = await desk.db
    .selectFrom('groups')
    .selectAll()
    .where('name', '=', 'Rowing Thursdays')
    .executeTakeFirstOrThrow();
  const names = await desk.db
    .selectFrom('surface_changes')
    .select(['value', 'changed_at'])
    .where('group_id', '=', group.id)
    .where('surface', '=', 'name')
    .orderBy('changed_at')
    .execute();
  expect(names.map(({ value }) => value)).toEqual(['Rowing Tuesdays', 'Rowing Thursdays']);
  const renamedAt = names[1]!.changed_at;
  const members = await desk.db
    .selectFrom('memberships')
    .select('joined_at')
    .where('group_id', '=', group.id)
    .execute();
  const before = members.filter((member) => member.joined_at! < renamedAt).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(members.length);
});

it('is completed, and nothing of it doubled, after it was cut short at any report', async () => {
  const { db, clock, vault, secrets, screening } = desk;
  for (const pictures of [0, 3, 6]) {
    let left = pictures;
    const failing = {
      ...screening,
      examine: (bytes: Uint8Array) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('cut short')) : screening.examine(bytes);
      },
    };
    await expect(createDemo({ db, clock, vault, secrets, screening: failing })).rejects.toThrow('cut short');
    expect(await demoState(desk.db)).toBe('partial');
  }
  desk.clock.advance(60_000);
  await createDemo(desk);
  expect(await demoState(desk.db)).toBe('complete');
  await createDemo(desk);
  await desk.runJobs();
  expect(await openCases()).toHaveLength(6);
  expect(await count('user_reports')).toBe(7);
  expect(await count('groups')).toBe(20);
  const created = await desk.db
    .selectFrom('events')
    .select('id')
    .where('type', '=', 'demo.created')
    .execute();
  expect(created).toHaveLength(1);
});

it('is made once when two make it at the same time', async () => {
  await Promise.all([createDemo(desk), createDemo(desk)]);
  expect(await count('user_reports')).toBe(7);
});

it('goes without a trace but what the ledger says', async () => {
  await createDemo(desk);
  await desk.runJobs();
  await decideCaseOf('Tide tables');
  await desk.runJobs();
  expect(await count('decisions')).toBe(1);
  const version = await hashListsVersion(desk.db);
  expect(await filesInVault()).toBe(await count('vault_objects'));
  expect(await removeDemo(desk, PERSON)).toEqual({ removedCases: 6 });
  expect(await demoState(desk.db)).toBe('removed');
  for (const table of [
    'groups',
    'accounts',
    'user_reports',
    'cases',
    'decisions',
    'exhibits',
    'vault_objects',
  ] as const) {
    expect(await count(table), table).toBe(0);
  }
  expect(await filesInVault()).toBe(0);
  expect(await listHashLists(desk.db)).toEqual([]);
  expect(await hashListsVersion(desk.db)).toBeGreaterThan(version);
  const removed = await desk.db
    .selectFrom('events')
    .select('actor')
    .where('type', '=', 'demo.removed')
    .execute();
  expect(removed).toEqual([{ actor: PERSON }]);
  expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  expect(await removeDemo(desk, PERSON)).toEqual({ removedCases: 0 });
});

it('goes while its jobs still wait, and they end quietly', async () => {
  await createDemo(desk);
  expect(await waitingJobs()).toBe(8);
  expect(await removeDemo(desk, PERSON)).toEqual({ removedCases: 0 });
  await desk.runJobs();
  expect(await waitingJobs()).toBe(0);
  expect(await count('cases')).toBe(0);
});

it('goes with what was decided about it, though that waits to be carried out', async () => {
  await createDemo(desk);
  await desk.runJobs();
  await decideCaseOf('Knot of the week');
  expect(await waitingJobs()).toBe(3);
  expect(await removeDemo(desk, PERSON)).toEqual({ removedCases: 6 });
  await desk.runJobs();
  expect(await waitingJobs()).toBe(0);
});

it('leaves a sealed picture that another service reported as well', async () => {
  await createDemo(desk);
  const picture = await listedPicture(1);
  await receiveUserReport(
    desk,
    desk.service,
    'placeholder-1',
    {
      group: { id: 'group-1', picture: 'picture', members: [] },
      context: [],
      reason: 'other',
      contentVisibility: 'public',
      authenticity: 'unverified',
    },
    new Map([['picture', picture]]),
  );
  await removeDemo(desk, PERSON);
  const [left] = await desk.db.selectFrom('exhibits').selectAll().execute();
  expect(await count('exhibits')).toBe(1);
  expect(Buffer.from(await desk.vault.open(desk.db, left!.object_id!)).equals(picture)).toBe(true);
  expect(await filesInVault()).toBe(1);
});
