import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataFolders, findRunning, lockDataFolder, prepareDataFolder } from './data-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'breakwater-folder-'));
  await prepareDataFolder(root);
});
afterEach(() => rm(root, { recursive: true }));

it('is found from the lock to the release, with the address once there is one', async () => {
  expect(await findRunning(root)).toBeUndefined();
  const lock = await lockDataFolder(root);
  expect(await findRunning(root)).toMatchObject({ pid: process.pid, url: null });
  await lock.announce({ url: 'http://127.0.0.1:4000', sandboxUrl: null });
  expect(await findRunning(root)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:4000' });
  await lock.release();
  expect(await findRunning(root)).toBeUndefined();
  expect(await readdir(dataFolders(root).run)).toEqual([]);
});

it('is given to one of many who want it at once', async () => {
  const wanted = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(root)));
  const refused = wanted.filter((each) => each.status === 'rejected');
  expect(refused).toHaveLength(7);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'BW-START-ALREADY-RUNNING' });
});

it('is given to one of many who find it left behind by a program that was killed', async () => {
  const mark = JSON.stringify({ pid: await endedProcess(), startedAs: '1', url: null });
  for (let round = 0; round < 30; round += 1) {
    await writeFile(dataFolders(root).state, mark);
    const wanted = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(root)));
    expect(wanted.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(dataFolders(root).run)).toEqual(['program.json']);
  }
});

it('can be taken when a program was killed while it replaced the mark of another', async () => {
  const mark = JSON.stringify({ pid: await endedProcess(), startedAs: '1', url: null });
  for (const left of ['', '.replacing']) await writeFile(`${dataFolders(root).state}${left}`, mark);
  await lockDataFolder(root);
  expect(await findRunning(root)).toMatchObject({ pid: process.pid });
});

it.each([
  ['of a process that has ended', async () => ({ pid: await endedProcess(), startedAs: '1' })],
  ['of a process whose number another one has now', async () => ({ pid: process.pid, startedAs: '1' })],
])('is free when it holds the mark %s', async (_whose, markOf) => {
  await writeFile(dataFolders(root).state, JSON.stringify({ ...(await markOf()), url: null }));
  expect(await findRunning(root)).toBeUndefined();
  const lock = await lockDataFolder(root);
  expect(await findRunning(root)).toMatchObject({ pid: process.pid });
  await lock.release();
});

it.each(['', '{"pid":', '{"pid":"1"}', '[]', '\0\0'])('is free when its mark is broken: %j', async (mark) => {
  await writeFile(dataFolders(root).state, mark);
  expect(await findRunning(root)).toBeUndefined();
  await (await lockDataFolder(root)).release();
});

it('is closed to others', async () => {
  await lockDataFolder(root);
  expect(JSON.parse(await readFile(dataFolders(root).state, 'utf8'))).toMatchObject({ pid: process.pid });
  for (const folder of [dataFolders(root).run, dataFolders(root).vault, root])
    expect((await stat(folder)).mode & 0o077).toBe(0);
});

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
}
