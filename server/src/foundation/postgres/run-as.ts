import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chown, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PostgresStartError, systemCode } from './errors.ts';

/**
 * As whom PostgreSQL's programs run. They refuse root, so root has two ways around:
 * - `namespace`: a user namespace in which root's own id appears as an ordinary one. The files stay root's, and the
 *   server has none of root's capabilities. Works below folders that are closed to everyone but root.
 * - `user`: a plain change to an unprivileged user, who must be able to reach both the programs and the data.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number };

/**
 * Chooses as whom to run `program` on data below `folder` (existing). The owner of an existing cluster decides which
 * way is tried first. Throws `cannot-run-as-root` when the process is root and neither way works.
 */
export async function chooseRunAs(program: string, folder: string): Promise<RunAs> {
  if (process.geteuid?.() !== 0) return { kind: 'self' };
  const nobody = await unprivilegedUser();
  const owner = await ownerOfCluster(folder);
  const namespace: RunAs = { kind: 'namespace', ...nobody };
  const user: RunAs = { kind: 'user', ...(owner ?? nobody) };
  for (const runAs of owner === undefined ? [namespace, user] : [user, namespace]) {
    if (await canReach(runAs, program, dirname(folder))) return runAs;
  }
  const closed = (await canReach(user, program, '/')) ? dirname(folder) : program;
  throw new PostgresStartError(
    'cannot-run-as-root',
    `PostgreSQL does not run as root, user namespaces are not available here, and the user with id ${user.uid} cannot reach ${closed}; start as an ordinary user, open the way with chmod o+x, or set DATABASE_URL.`,
  );
}

/** Starts a program as `runAs`; the process id is the program's own. The environment is only what PostgreSQL needs. */
export function spawnAs(
  runAs: RunAs,
  program: string,
  programArguments: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const [file, args] = commandLine(runAs, program, programArguments);
  return spawn(file, args, { ...options, ...identity(runAs), env: bareEnvironment() });
}

/** Runs a program as `runAs` to its end and returns what it printed. Throws an error with `stderr` when it fails. */
export async function runAsUntilEnd(
  runAs: RunAs,
  program: string,
  programArguments: readonly string[],
): Promise<string> {
  const [file, args] = commandLine(runAs, program, programArguments);
  const options = { cwd: '/', env: bareEnvironment(), ...identity(runAs) };
  return (await promisify(execFile)(file, args, options)).stdout;
}

/** Gives `path` and all below it to whom `runAs` writes files as; costs one look when it is theirs already. */
export async function giveTo(runAs: RunAs, path: string): Promise<void> {
  if (runAs.kind === 'self') return;
  const [uid, gid] = runAs.kind === 'namespace' ? [0, 0] : [runAs.uid, runAs.gid];
  if ((await lstat(path)).uid !== uid) await giveTree(path, uid, gid);
}

/** The top goes last, so that an interrupted change is seen and done again. Symbolic links are not followed. */
async function giveTree(path: string, uid: number, gid: number): Promise<void> {
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) await giveTree(join(path, name), uid, gid);
  }
  if (!(await lstat(path)).isSymbolicLink()) await chown(path, uid, gid);
}

function commandLine(runAs: RunAs, program: string, args: readonly string[]): [string, string[]] {
  if (runAs.kind !== 'namespace') return [program, [...args]];
  const mapping = [`--map-user=${runAs.uid}`, `--map-group=${runAs.gid}`];
  return ['unshare', ['--user', ...mapping, '--', program, ...args]];
}

function identity(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.kind === 'user' ? { uid: runAs.uid, gid: runAs.gid } : {};
}

/** The server has no business with the program's environment, which may hold secrets. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
}

/** Whom an existing cluster below `folder` belongs to; undefined when there is none or it is root's. */
async function ownerOfCluster(folder: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(join(folder, 'cluster'));
    return uid === 0 ? undefined : { uid, gid };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The system's postgres user, else nobody: PostgreSQL wants an id that has a name. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const nobody = { uid: 65_534, gid: 65_534 };
  try {
    const run = promisify(execFile);
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    // id ends with 1 when there is no such user.
    return nobody;
  }
}

async function canReach(runAs: RunAs, program: string, folder: string): Promise<boolean> {
  const script = '"$1" --version && cd "$2"';
  return runAsUntilEnd(runAs, '/bin/sh', ['-c', script, 'sh', program, folder]).then(
    () => true,
    () => false,
  );
}
