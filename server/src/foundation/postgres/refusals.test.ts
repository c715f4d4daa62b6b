import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, type TestContext, vi } from 'vitest';
import { locateBinaries, majorVersion } from './binaries.ts';
import { PostgresStartError, type PostgresStartReason, startEmbeddedPostgres } from './index.ts';
import { binFolder, query, scratchFolder, startIn } from './scratch-server.ts';
import { chooseSocketFolder } from './socket-folder.ts';

const isRoot = process.geteuid?.() === 0;
const canMount = await mountsWork();

it('refuses a folder whose place a file has taken', async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, 'taken'), '');
  await refuses(startIn(join(folder, 'taken')), 'unwritable-folder', join(folder, 'taken'));
  await refuses(startIn(join(folder, 'taken', 'below')), 'unwritable-folder');
});

it.skipIf(isRoot)('refuses a folder it may not write to', async () => {
  const folder = await scratchFolder();
  await chmod(folder, 0o500);
  await refuses(startIn(folder), 'unwritable-folder');
  await refuses(startIn(join(folder, 'below')), 'unwritable-folder');
});

it('refuses a folder on a read-only disk', async (context) => {
  const folder = await mounted(context, 'ro,size=1m');
  await refuses(startIn(folder), 'unwritable-folder');
  await refuses(startIn(join(folder, 'below')), 'unwritable-folder');
});

it('says that the disk is full when there is no room for a database, and leaves nothing', async (context) => {
  const folder = await mounted(context, 'size=12m');
  await refuses(startIn(folder), 'disk-full');
  expect(await readdir(folder)).not.toContain('cluster');
  expect((await readdir(folder)).filter((name) => name.startsWith('cluster'))).toEqual([]);
});

it('says that the disk is full when an existing database has no room to start', async (context) => {
  const folder = await mounted(context, 'size=128m');
  const postgres = await startIn(folder);
  await query(postgres, 'CREATE TABLE kept (id int)');
  await postgres.stop();
  const { bavail, bsize } = await statfs(folder);
  await writeFile(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
  await refuses(startIn(folder), 'disk-full');

  await rm(join(folder, 'filler'));
  const freed = await startIn(folder);
  expect(await query(freed, 'SELECT * FROM kept')).toEqual([]);
  await freed.stop();
});

it('refuses a database of a newer or an older PostgreSQL and names both', async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, 'cluster'), { mode: 0o700 });
  await writeFile(join(folder, 'cluster', 'PG_VERSION'), '99\n');
  await refuses(startIn(folder), 'newer-version', 'PostgreSQL 99');
  await writeFile(join(folder, 'cluster', 'PG_VERSION'), '14\n');
  await refuses(startIn(folder), 'older-version', 'PostgreSQL 14');
});

it('refuses to create a database where something else lies', async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, 'cluster'));
  await writeFile(join(folder, 'cluster', 'letter.txt'), 'placeholder');
  await refuses(startIn(folder), 'failed', 'not a PostgreSQL database');
  expect(await readdir(join(folder, 'cluster'))).toEqual(['letter.txt']);
});

it('says what to do where there is no PostgreSQL', async () => {
  const folder = await scratchFolder();
  const start = startEmbeddedPostgres({ folder, log: () => undefined, binFolder: join(folder, 'nowhere') });
  await refuses(start, 'missing-binaries', 'DATABASE_URL');
  await refuses(locateBinaries(undefined, 'plan9-mips'), 'missing-binaries', 'plan9-mips');
  expect(() => majorVersion('postgres (PostgreSQL) 14.9')).toThrow(/too old/);
  expect(() => majorVersion('not found')).toThrow(PostgresStartError);
});

it('says what PostgreSQL said when it gives up for another reason', async () => {
  const folder = await scratchFolder();
  const settings = { max_connections: 'placeholder' };
  const start = startEmbeddedPostgres({ folder, log: () => undefined, binFolder, settings });
  await refuses(start, 'failed', 'max_connections');
});

it.skipIf(!isRoot)('says what root can do where PostgreSQL cannot run as anyone else', async () => {
  const folder = await scratchFolder();
  // No unshare to be found, and nobody but root may enter the folder.
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  await refuses(startIn(join(folder, 'below')), 'cannot-run-as-root', 'DATABASE_URL');
});

it('refuses a socket folder that was made beforehand by someone else', async () => {
  const name = 'long-'.repeat(30);
  const folder = await scratchFolder(name);
  const socketFolder = chooseSocketFolder(join(folder, name));
  onTestFinished(() => rmSync(socketFolder, { recursive: true, force: true }));
  expect(dirname(socketFolder)).not.toContain(folder);

  await mkdir(socketFolder, { mode: 0o700 });
  await chmod(socketFolder, 0o777);
  await refuses(startIn(join(folder, name)), 'failed', socketFolder);

  await rm(socketFolder, { recursive: true });
  await symlink(folder, socketFolder);
  await refuses(startIn(join(folder, name)), 'failed', socketFolder);
});

async function refuses(start: Promise<unknown>, reason: PostgresStartReason, words = ''): Promise<void> {
  const error = await start.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PostgresStartError);
  expect(error).toMatchObject({ reason, message: expect.stringContaining(words) });
}

/** A folder with a file system in memory of its own, as small as `options` say, for the length of a test. */
async function mounted(context: TestContext, options: string): Promise<string> {
  context.skip(!canMount, 'file systems cannot be mounted here');
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=700`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

async function mountsWork(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}
