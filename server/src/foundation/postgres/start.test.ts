import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { processRuns } from './process-state.ts';
import { otherProgram, query, scratchFolder, startIn } from './scratch-server.ts';

const isRoot = process.geteuid?.() === 0;

it('creates the database at the first start and finds it again at the second', async () => {
  const folder = await scratchFolder();
  const first = await startIn(folder);
  expect(first.startedHere).toBe(true);
  await query(first, 'CREATE TABLE kept (word text)');
  await query(first, "INSERT INTO kept VALUES ('placeholder')");
  await first.stop();

  const second = await startIn(folder);
  expect(second.startedHere).toBe(true);
  expect(second.connection).toEqual(first.connection);
  expect(second.version).toBe(first.version);
  expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'placeholder' }]);
  await second.stop();
});

it('leaves no process and no socket behind when stopped, however often stop is called', async () => {
  const folder = await scratchFolder();
  const postgres = await startIn(folder);
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  expect(await processRuns(postgres.pid)).toBe(false);
  expect((await readdir(folder)).toSorted()).toEqual(['cluster', 'log']);
});

it('outlives the Ctrl-C that ends the program, and is adopted by the next', async () => {
  const folder = await scratchFolder();
  const program = otherProgram(folder);
  await once(program.stdout!, 'data');
  process.kill(-program.pid!, 'SIGINT');
  await once(program, 'exit');

  const adopted = await startIn(folder);
  expect(adopted.startedHere).toBe(false);
  expect(await query(adopted, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await adopted.stop();
  expect(await processRuns(adopted.pid)).toBe(false);
});

it('starts below a folder closed to others, in one with spaces, quotes and commas in its name', async () => {
  const name = `closed/a "quoted", it's`;
  const folder = await scratchFolder(name);
  await mkdir(join(folder, 'closed'), { mode: 0o700 });
  await chmod(folder, 0o700);
  const postgres = await startIn(join(folder, name));
  expect(postgres.connection.host).toBe(join(folder, name, 'socket'));
  expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('keeps the socket in a short folder of its own when the path is too long for one', async () => {
  const name = 'long-'.repeat(30);
  const folder = await scratchFolder(name);
  const postgres = await startIn(join(folder, name));
  expect(postgres.connection.host.length).toBeLessThan(100);
  expect((await lstat(postgres.connection.host)).mode & 0o777).toBe(0o700);
  expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it.skipIf(!isRoot)('as root, runs without root’s powers on files that stay root’s', async () => {
  const folder = await scratchFolder();
  const postgres = await startIn(folder);
  const status = await readFile(`/proc/${postgres.pid}/status`, 'utf8');
  expect(/^CapEff:\s*(\w+)/m.exec(status)?.[1]).toMatch(/^0+$/);
  const { uid } = await stat(join(folder, 'cluster'));
  expect(/^Uid:\s*(\d+)/m.exec(status)?.[1]).toBe(String(uid));
});

it.skipIf(!isRoot)('as root without user namespaces, runs as an unprivileged user', async (context) => {
  const folder = await scratchFolder('database');
  await chmod(folder, 0o755);
  context.skip(!(await othersCanRead(import.meta.filename)), 'the project lies where only root can reach it');
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const postgres = await startIn(join(folder, 'database'));
  expect((await stat(join(folder, 'database', 'cluster'))).uid).not.toBe(0);
  expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it.skipIf(!isRoot || process.platform !== 'linux')(
  'as root, runs an existing cluster as its owner',
  async () => {
    const folder = await scratchFolder('database');
    // The owner must be able to reach the database.
    await chmod(folder, 0o755);
    const database = join(folder, 'database');
    await mkdir(join(database, 'cluster'), { recursive: true, mode: 0o700 });
    await chown(join(database, 'cluster'), 65_534, 65_534);
    const postgres = await startIn(database);
    const status = await readFile(`/proc/${postgres.pid}/status`, 'utf8');
    expect(/^Uid:\s*(\d+)/m.exec(status)?.[1]).toBe('65534');
    await postgres.stop();
    expect((await startIn(database)).startedHere).toBe(true);
  },
);

async function othersCanRead(path: string): Promise<boolean> {
  return promisify(execFile)('/bin/cat', [path], { uid: 65_534, gid: 65_534 }).then(
    () => true,
    () => false,
  );
}
