import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfinedDecoder } from '@breakwater/perceptual/node';
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { createService } from '../access/index.ts';
import { pageOfCases } from '../cases/index.ts';
import { migrate, openDatabase, openSecrets, startJobs, type JobHandlers } from '../foundation/index.ts';
import { hashListBySlug, hashListsVersion, listHashLists } from '../hashlists/index.ts';
import { openCaseForUserReport, receiveUserReport, screenUserReport } from '../intake/index.ts';
import { verifyLedger, type Actor } from '../ledger/index.ts';
import { createScreening } from '../screening/index.ts';
import { folderObjectStore, openVault } from '../vault/index.ts';
import { createDemo, demoState, removeDemo, type DemoDeps } from './index.ts';
import { listedPicture } from './listed-pictures.ts';

// Outside of what this project compiles, so it is found at run time.
const harness = new URL('../../test/postgres-harness/index.ts', import.meta.url).href;
const { createTestDatabase } = (await import(harness)) as {
  createTestDatabase(options: {
    readonly migrate: (connection: TestConnection) => Promise<void>;
  }): Promise<{ readonly connection: TestConnection; drop(): Promise<void> }>;
};
type TestConnection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

const PERSON: Actor = { kind: 'person', id: '00000000-0000-4000-8000-000000000001' };
const NOON = new Date('2030-05-01T12:00:00Z');
const log = pino({ level: 'silent' });
const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function openDesk() {
  const database = await createTestDatabase({
    migrate: async (connection) => {
      const { pool, close } = openDatabase(connection, { onError: ignore });
      await migrate(pool);
      await close();
    },
  });
  endings.push(() => database.drop());
  const { db, pool, close } = openDatabase(database.connection, { onError: ignore });
  endings.push(close);
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-test-'));
  endings.push(() => rm(folder, { recursive: true }));
  const decoder = createConfinedDecoder();
  endings.push(() => decoder.close());
  const secrets = await openSecrets(join(folder, 'secrets'));
  const clock = { now: () => NOON };
  const deps: DemoDeps = {
    db,
    clock,
    secrets,
    vault: await openVault({ store: folderObjectStore(join(folder, 'vault')), secrets, clock }),
    screening: createScreening({ decoder, count: ignore }),
  };
  const work = async () => {
    const handlers = {
      'screen-user-report': ({ userReportId }) => screenUserReport(deps, userReportId),
      'open-case-for-user-report': ({ userReportId }) => openCaseForUserReport(deps, userReportId),
    } satisfies Partial<JobHandlers>;
    const jobs = await startJobs({ pool, log, handlers: handlers as never });
    await vi.waitFor(async () => expect(await waitingJobs()).toBe(0), { timeout: 20_000, interval: 50 });
    await jobs.stop();
  };
  const waitingJobs = async () => {
    const { rows } = await pool.query<{ count: number }>('SELECT count(*) FROM graphile_worker.jobs');
    return rows[0]?.count;
  };
  const count = async (table: 'groups' | 'accounts' | 'user_reports' | 'exhibits' | 'vault_objects') => {
    const row = await db
      .selectFrom(table)
      .select((expression) => expression.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  };
  const filesInVault = async () => {
    const names = await readdir(join(folder, 'vault'), { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).length;
  };
  const openCases = async () => (await pageOfCases(db, { status: 'open', limit: 50 })).items;
  return { deps, db, pool, work, waitingJobs, count, filesInVault, openCases };
}

function ignore(): void {
  // Connections end when the test database is dropped, and nobody counts screenings here.
}

it('becomes six cases by the way that every report takes', async () => {
  const desk = await openDesk();
  expect(await demoState(desk.db)).toBe('absent');
  await createDemo(desk.deps);
  expect(await demoState(desk.db)).toBe('complete');
  await desk.work();
  const cases = await desk.openCases();
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
  expect(await desk.count('groups')).toBe(20);
  expect(await desk.count('accounts')).toBe(40);
  expect((await hashListBySlug(desk.db, 'demo-list')).entries).toBe(12);
  expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
});

it('finds one picture exactly and one by its likeness', async () => {
  const desk = await openDesk();
  await createDemo(desk.deps);
  await desk.work();
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
  const cut = await desk.db.selectFrom('exhibits').select('unscanned_reason').where('verdict', '=', 'unscanned').execute();
  expect(cut).toEqual([{ unscanned_reason: 'truncated' }]);
});

it('has a group that was renamed, with members from before and from after', async () => {
  const desk = await openDesk();
  await createDemo(desk.deps);
  const group = await desk.db.selectFrom('groups').selectAll().where('name', '=', 'Rowing Thursdays').executeTakeFirstOrThrow();
  const names = await desk.db
    .selectFrom('group_names')
    .select(['name', 'first_seen_at'])
    .where('group_id', '=', group.id)
    .orderBy('first_seen_at')
    .execute();
  expect(names.map(({ name }) => name)).toEqual(['Rowing Tuesdays', 'Rowing Thursdays']);
  const renamedAt = names[1]!.first_seen_at;
  const members = await desk.db.selectFrom('memberships').select('joined_at').where('group_id', '=', group.id).execute();
  const before = members.filter((member) => member.joined_at! < renamedAt).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(members.length);
});

it('is completed, and nothing of it doubled, after it was cut short at any report', async () => {
  const desk = await openDesk();
  const { examine } = desk.deps.screening;
  for (const pictures of [0, 3, 6]) {
    let left = pictures;
    const failing = {
      ...desk.deps.screening,
      examine: (bytes: Uint8Array) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('cut short')) : examine(bytes);
      },
    };
    await expect(createDemo({ ...desk.deps, screening: failing })).rejects.toThrow('cut short');
    expect(await demoState(desk.db)).toBe('partial');
  }
  await createDemo({ ...desk.deps, clock: { now: () => new Date(NOON.getTime() + 60_000) } });
  expect(await demoState(desk.db)).toBe('complete');
  await createDemo(desk.deps);
  await desk.work();
  expect(await desk.openCases()).toHaveLength(6);
  expect(await desk.count('user_reports')).toBe(7);
  expect(await desk.count('groups')).toBe(20);
  const created = await desk.db.selectFrom('events').select('id').where('type', '=', 'demo.created').execute();
  expect(created).toHaveLength(1);
});

it('is made once when two make it at the same time', async () => {
  const desk = await openDesk();
  await Promise.all([createDemo(desk.deps), createDemo(desk.deps)]);
  expect(await desk.count('user_reports')).toBe(7);
});

it('goes without a trace but what the ledger says', async () => {
  const desk = await openDesk();
  await createDemo(desk.deps);
  await desk.work();
  const version = await hashListsVersion(desk.db);
  expect(await desk.filesInVault()).toBe(await desk.count('vault_objects'));
  expect(await removeDemo(desk.deps, PERSON)).toEqual({ removedCases: 6 });
  expect(await demoState(desk.db)).toBe('removed');
  for (const table of ['groups', 'accounts', 'user_reports', 'exhibits', 'vault_objects'] as const) {
    expect(await desk.count(table), table).toBe(0);
  }
  expect(await desk.filesInVault()).toBe(0);
  expect(await listHashLists(desk.db)).toEqual([]);
  expect(await hashListsVersion(desk.db)).toBeGreaterThan(version);
  const removed = await desk.db.selectFrom('events').select('actor').where('type', '=', 'demo.removed').execute();
  expect(removed).toEqual([{ actor: PERSON }]);
  expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  expect(await removeDemo(desk.deps, PERSON)).toEqual({ removedCases: 0 });
});

it('goes while its jobs still wait, and they end quietly', async () => {
  const desk = await openDesk();
  await createDemo(desk.deps);
  expect(await desk.waitingJobs()).toBe(7);
  expect(await removeDemo(desk.deps, PERSON)).toEqual({ removedCases: 0 });
  await desk.work();
  expect(await desk.openCases()).toEqual([]);
});

it('leaves a sealed picture that another service reported as well', async () => {
  const desk = await openDesk();
  await createDemo(desk.deps);
  const other = await desk.db
    .transaction()
    .execute((trx) => createService(trx, desk.deps.clock, PERSON, { slug: 'other', name: 'Other' }));
  const picture = await listedPicture(1);
  await receiveUserReport(
    desk.deps,
    { serviceId: other.id, keyId: 'placeholder' },
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
  await removeDemo(desk.deps, PERSON);
  const [left] = await desk.db.selectFrom('exhibits').selectAll().execute();
  expect(await desk.count('exhibits')).toBe(1);
  expect(Buffer.from(await desk.deps.vault.open(desk.db, left!.object_id)).equals(picture)).toBe(true);
  expect(await desk.filesInVault()).toBe(1);
});
