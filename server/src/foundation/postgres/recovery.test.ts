import { once } from 'node:events';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { processRuns } from './process-state.ts';
import { otherProgram, query, scratchFolder, startIn } from './scratch-server.ts';

it('keeps every acknowledged row when the server is killed in the middle of writing', async () => {
  const folder = await scratchFolder();
  for (const round of [1, 2, 3]) {
    const postgres = await startIn(folder);
    await query(postgres, 'CREATE TABLE IF NOT EXISTS kept (round int, id int)');
    const acknowledged = await writeUntilKilled(postgres.pid, new Client(postgres.connection), round);

    const revived = await startIn(folder);
    expect(revived.startedHere).toBe(true);
    const rows = await query<{ id: number }>(revived, 'SELECT id FROM kept WHERE round = $1', [round]);
    const kept = new Set(rows.map((row) => row.id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size).toBe(rows.length);
    await revived.stop();
  }
});

it('adopts the server of a program that was killed', async () => {
  const folder = await scratchFolder();
  const program = otherProgram(folder);
  await once(program.stdout!, 'data');
  program.kill('SIGKILL');
  await once(program, 'exit');

  const adopted = await startIn(folder);
  expect(adopted.startedHere).toBe(false);
  expect(await query(adopted, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await adopted.stop();
  expect(await processRuns(adopted.pid)).toBe(false);
});

it('adopts the server of a program that still runs', async () => {
  const folder = await scratchFolder();
  const first = await startIn(folder);
  const second = await startIn(folder);
  expect(second).toMatchObject({ startedHere: false, pid: first.pid, connection: first.connection });
});

it('starts over when the creation of the database was interrupted', async () => {
  const folder = await scratchFolder();
  const program = otherProgram(folder);
  await eventually(async () =>
    (await readdir(folder)).some((name) => name.startsWith('cluster.unfinished-')),
  );
  program.kill('SIGKILL');
  await once(program, 'exit');
  await expect(access(join(folder, 'cluster'))).rejects.toThrow(/ENOENT/);

  const postgres = await startIn(folder);
  expect(postgres.startedHere).toBe(true);
  expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('starts when the process number of the dead server now belongs to another program', async () => {
  const folder = await scratchFolder();
  const first = await startIn(folder);
  await first.stop();
  const stale = [
    process.pid,
    join(folder, 'cluster'),
    1,
    5432,
    join(folder, 'socket'),
    '',
    '1 1',
    'ready',
    '',
  ];
  await writeFile(join(folder, 'cluster', 'postmaster.pid'), stale.join('\n'));

  const second = await startIn(folder);
  expect(second.startedHere).toBe(true);
  expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

/** Inserts row after row, kills the server after some, and returns the numbers of those it acknowledged. */
async function writeUntilKilled(pid: number, client: Client, round: number): Promise<number[]> {
  const acknowledged: number[] = [];
  // The connection breaks when the server dies; the failed insert below says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (let id = 0; ; id += 1) {
      if (id === 50 * round) process.kill(pid, 'SIGKILL');
      await client.query('INSERT INTO kept VALUES ($1, $2)', [round, id]);
      acknowledged.push(id);
    }
  } catch (error) {
    expect(acknowledged.length).toBeGreaterThanOrEqual(50 * round);
    expect(error).toBeInstanceOf(Error);
  }
  return acknowledged;
}

async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await wait(5);
}
