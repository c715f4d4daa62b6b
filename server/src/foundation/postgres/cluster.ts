import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PostgresBinaries } from './binaries.ts';
import { errorFromFileSystem, errorFromOutput, PostgresStartError, systemCode } from './errors.ts';
import { type RunAs, runAsUntilEnd, spawnAs } from './run-as.ts';

/** The one role and the one database of a new cluster. */
export const roleName = 'breakwater';
export const databaseName = 'breakwater';

const unfinished = 'cluster.unfinished-';

/** The cluster's folder below the database's folder. */
export function clusterFolder(folder: string): string {
  return join(folder, 'cluster');
}

/**
 * The major version that wrote the cluster in `folder`, or undefined when there is no cluster yet.
 * Throws `failed` when something else stands in its place.
 */
export async function clusterMajor(folder: string): Promise<number | undefined> {
  const cluster = clusterFolder(folder);
  let version: string;
  try {
    version = await readFile(join(cluster, 'PG_VERSION'), 'utf8');
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw errorFromFileSystem(cause, cluster);
    if (await isFilled(cluster)) throw notCluster(cluster, cause);
    return undefined;
  }
  const major = Number.parseInt(version, 10);
  if (Number.isNaN(major)) throw notCluster(cluster);
  return major;
}

/** Throws `newer-version` or `older-version` when programs of version `programs` cannot open a cluster of `found`. */
export function checkVersions(folder: string, found: number, programs: number): void {
  if (found === programs) return;
  const state = `The database in ${folder} was written by PostgreSQL ${found} and this is PostgreSQL ${programs}`;
  if (found > programs) {
    throw new PostgresStartError(
      'newer-version',
      `${state}; use the newer Breakwater that wrote it, or set BREAKWATER_POSTGRES_BIN to the bin folder of PostgreSQL ${found}.`,
    );
  }
  throw new PostgresStartError(
    'older-version',
    `${state}; set BREAKWATER_POSTGRES_BIN to the bin folder of PostgreSQL ${found} to go on with it, or convert it with pg_upgrade.`,
  );
}

/**
 * Creates the cluster in `folder`. It is made beside its final place and moved there when it is whole and on disk,
 * so that one interrupted by a crash is never taken for a database.
 */
export async function createCluster(
  binaries: PostgresBinaries,
  major: number,
  runAs: RunAs,
  folder: string,
): Promise<void> {
  const draft = join(folder, unfinished + randomBytes(4).toString('hex'));
  try {
    // Written to disk once, at the end, instead of after each step.
    await runInitdb(runAs, binaries.initdb, ['-D', draft, '--no-sync', ...initialization(major)]);
    await createDatabase(runAs, binaries.postgres, draft);
    await runInitdb(runAs, binaries.initdb, ['-D', draft, '--sync-only']);
    await rename(draft, clusterFolder(folder));
    await syncFolder(folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error instanceof PostgresStartError ? error : errorFromFileSystem(error, folder);
  }
}

/** Removes what interrupted creations left behind. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(unfinished)) {
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/**
 * Text is UTF-8 and sorts by code point, the same on every machine. No password: the server listens on one Unix
 * socket only, in a folder that its owner alone can enter, and a password would have to lie beside it in the clear.
 */
function initialization(major: number): string[] {
  const locale =
    major >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C', '--lc-ctype=C.UTF-8'];
  return [
    `--username=${roleName}`,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--data-checksums',
    '--no-instructions',
    ...locale,
  ];
}

async function runInitdb(runAs: RunAs, initdb: string, args: readonly string[]): Promise<void> {
  try {
    await runAsUntilEnd(runAs, initdb, args);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw errorFromOutput(output, args[1] ?? '');
  }
}

/** Speaks to the cluster in single-user mode, which needs no server and ends with a checkpoint. */
async function createDatabase(runAs: RunAs, postgres: string, draft: string): Promise<void> {
  const args = ['--single', '-D', draft, '-c', 'fsync=off', '-c', 'exit_on_error=on', 'template1'];
  const child = spawnAs(runAs, postgres, args, { cwd: '/', stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // A program that ends before it has read its input says why by its exit code and its output.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(`CREATE DATABASE ${databaseName}\n`);
  const [output, code] = await Promise.all([child.stderr === null ? '' : text(child.stderr), ended]);
  if (code !== 0 || /ERROR:/.test(output)) throw errorFromOutput(output, draft);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isFilled(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return false;
    throw errorFromFileSystem(cause, path);
  }
}

function notCluster(path: string, cause?: unknown): PostgresStartError {
  return new PostgresStartError(
    'failed',
    `${path} holds something that is not a PostgreSQL database; move it away, or choose another data folder.`,
    { cause },
  );
}
