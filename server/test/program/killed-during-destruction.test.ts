import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type pg from 'pg';
import { dataFolders } from '../../src/program/index.ts';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, signIn, untilInCase, type SignedIn } from './client.ts';
import {
  freePort,
  killHard,
  runToEnd,
  scratchData,
  start,
  withDatabase,
  type RunningProgram,
} from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let data: Awaited<ReturnType<typeof scratchData>>;
let program: RunningProgram;
let person: SignedIn;
let options: { port: number };

beforeAll(async () => {
  data = await scratchData();
  options = { port: await freePort() };
  program = await start(data.folder, options);
  person = await signIn(program.ready);
});
afterAll(() => data.leave());

/** Where the program stands when it is killed, and what holds it there. */
const instants: [
  string,
  (objectId: string, order: () => Promise<unknown>) => Promise<() => Promise<void>>,
][] = [
  [
    'before the key is erased',
    async (objectId, order) => {
      const letGo = await locked('SELECT FROM vault_objects WHERE id = $1 FOR UPDATE', [objectId]);
      await order();
      await untilStatus(objectId, 'waiting for a lock');
      return letGo;
    },
  ],
  [
    'when the key is erased and the bytes are not',
    async (objectId, order) => {
      // A folder in the place of the file cannot be removed as one.
      const path = fileOf(objectId);
      await rename(path, `${path}.aside`);
      await mkdir(path);
      await writeFile(join(path, 'x'), '');
      await order();
      await untilStatus(objectId, 'erased');
      return async () => {
        await rm(path, { recursive: true });
        await rename(`${path}.aside`, path);
      };
    },
  ],
  [
    'when the bytes are gone and no certificate is written',
    async (objectId, order) => {
      const letKeyGo = await locked('SELECT FROM vault_objects WHERE id = $1 FOR UPDATE', [objectId]);
      await order();
      await untilStatus(objectId, 'waiting for a lock');
      const letEventsGo = await locked('LOCK TABLE events IN SHARE MODE', []);
      await letKeyGo();
      await expect.poll(() => isThere(objectId), { timeout: 30_000 }).toBe(false);
      return letEventsGo;
    },
  ],
];

it.each(instants)('goes on with a destruction when it was killed %s', async (_when, holdThere) => {
  const { exhibitId, objectId } = await dueExhibit();
  const why = 'the term is over';
  const order = () =>
    person.send('POST', `/v1/exhibits/${exhibitId}/destruction`, { ground: 'term-ended', why });
  const release = await holdThere(objectId, order);
  await killHard(program);
  await release();
  program = await start(data.folder, options);
  await expect.poll(() => statusOf(exhibitId), { timeout: 60_000 }).toEqual(['destroyed']);
  expect(await isThere(objectId)).toBe(false);
  await withDatabase(data.folder, async ({ pool }) => {
    const events = await pool.query(
      `SELECT type FROM events WHERE payload ->> 'exhibitId' = $1 AND type LIKE 'exhibit.destr%' ORDER BY inserted`,
      [exhibitId],
    );
    expect(events.rows).toEqual([{ type: 'exhibit.destruction-ordered' }, { type: 'exhibit.destroyed' }]);
    expect((await pool.query('SELECT FROM vault_objects WHERE id = $1', [objectId])).rowCount).toBe(0);
  });
  const certificate = (await person.get(`/v1/exhibits/${exhibitId}/certificate`)) as { why: { why: string } };
  expect(certificate.why.why).toBe(why);
  const preview = person.get(`/v1/exhibits/${exhibitId}/preview`);
  await expect(preview).rejects.toThrow(/410 .*BW-EXHIBIT-DESTROYED/);
});

it('writes the package of an export by command, which verifies, and which the stock age opens', async () => {
  const { caseId } = await dueExhibit();
  const key = join(data.folder, 'key.txt');
  const age = promisify(execFile);
  await age('age-keygen', ['-o', key]);
  const recipient = (await age('age-keygen', ['-y', key])).stdout.trim();
  const out = join(data.folder, 'package');
  const order = { recipient, why: 'asked for' };
  const ordered = (await person.send('POST', `/v1/cases/${caseId}/exports`, order)) as { id: string };
  const words = ['case', 'export', ordered.id];
  for (const path of [out, `${out}.zip`]) {
    const exported = await runToEnd([...words, '--out', path, '--data', data.folder, '--json']);
    expect(exported).toMatchObject({ code: 0 });
    const { manifestSha256 } = JSON.parse(exported.out) as { manifestSha256: string };
    const verified = await runToEnd(['case', 'verify', path, '--identity', key, '--json']);
    expect(JSON.parse(verified.out)).toMatchObject({ intact: true, manifestSha256 });
  }
  const again = await runToEnd([...words, '--out', out, '--data', data.folder]);
  expect(again.errors).toContain('is there already');
  const sealed = (await readdir(out)).find((name) => name.startsWith('exhibit-')) ?? '';
  await age('age', [
    '--decrypt',
    '--identity',
    key,
    '--output',
    join(data.folder, 'opened'),
    join(out, sealed),
  ]);
  await rm(join(out, sealed));
  expect(await runToEnd(['case', 'verify', out])).toMatchObject({ code: 4 });
});

let pictures = 0;

/** An exhibit of a closed case, whose closing is moved into the past as if a month had gone by. */
async function dueExhibit(): Promise<{ exhibitId: string; objectId: string; caseId: string }> {
  pictures += 1;
  const picture = await testPicture(pictures, { width: 96, height: 72 });
  const report = { key: `key-${pictures}`, groupId: `group-${pictures}`, picture };
  const { userReportId } = await sendUntilTaken(program.ready, report);
  const caseId = await untilInCase(program.ready, userReportId);
  const ruling = { policyId: 'no-violation', rationale: 'placeholder' };
  await person.send('POST', `/v1/cases/${caseId}/decisions`, ruling);
  return withDatabase(data.folder, async ({ pool }) => {
    await pool.query(`UPDATE cases SET closed_at = closed_at - interval '60 days' WHERE id = $1`, [caseId]);
    const { rows } = await pool.query<{ exhibitId: string; objectId: string; caseId: string }>(
      `SELECT e.id AS "exhibitId", e.object_id AS "objectId", c.id AS "caseId" FROM exhibits e JOIN cases c ON c.id = e.case_id
       WHERE c.id = $1`,
      [caseId],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the case has no exhibit');
    return row;
  });
}

function statusOf(exhibitId: string): Promise<string[]> {
  return withDatabase(data.folder, async ({ pool }) => {
    const query = 'SELECT status FROM destructions WHERE exhibit_id = $1';
    return (await pool.query<{ status: string }>(query, [exhibitId])).rows.map(({ status }) => status);
  });
}

async function untilStatus(objectId: string, status: 'erased' | 'waiting for a lock'): Promise<void> {
  const query =
    status === 'erased'
      ? `SELECT FROM destructions WHERE status = 'erased' AND stored_as = '${objectId}'`
      : `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%vault_objects%'`;
  await withDatabase(data.folder, ({ pool }) =>
    expect.poll(async () => (await pool.query(query)).rowCount, { timeout: 30_000 }).toBe(1),
  );
}

/** Takes a lock in a transaction of its own; returns what lets it go. */
async function locked(statement: string, values: string[]): Promise<() => Promise<void>> {
  let letGo: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let taken: () => void = () => {};
  const isTaken = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const holding = withDatabase(data.folder, async ({ pool }) => {
    const client: pg.PoolClient = await pool.connect();
    await client.query('BEGIN');
    await client.query(statement, values);
    taken();
    await until;
    await client.query('ROLLBACK');
    client.release();
  });
  await Promise.race([isTaken, holding]);
  return () => {
    letGo();
    return holding;
  };
}

function fileOf(objectId: string): string {
  return join(dataFolders(data.folder).vault, objectId.slice(0, 2), objectId);
}

async function isThere(objectId: string): Promise<boolean> {
  const folder = join(dataFolders(data.folder).vault, objectId.slice(0, 2));
  return (await readdir(folder)).includes(objectId);
}
