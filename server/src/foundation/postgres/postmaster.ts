import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from './errors.ts';
import { isPostmasterOf, processRuns } from './process-state.ts';
import { socketPath } from './socket-folder.ts';

/** What a running server writes about itself into its cluster. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  readonly status: string;
}

/** What runs on a cluster: nothing, a server that takes connections, or one that is starting, recovering or stopping. */
export type Running =
  | { readonly state: 'nothing' }
  | { readonly state: 'busy'; readonly pid: number }
  | { readonly state: 'ready'; readonly pidFile: PidFile };

const pidFileName = 'postmaster.pid';

/** How long a server may take for its shutdown checkpoint before it is ended without one (and recovers at its start). */
const fastStopLimit = 30_000;
const immediateStopLimit = 5_000;

/** Reads the lines of postmaster.pid (PostgreSQL's miscadmin.h); undefined while the file is not complete. */
export function parsePidFile(text: string): PidFile | undefined {
  const [pid, , , port, socketFolder, , , status] = text.split('\n');
  if (!/^\d+$/.test(pid ?? '') || !/^\d+$/.test(port ?? '') || !socketFolder || status === undefined)
    return undefined;
  return { pid: Number(pid), port: Number(port), socketFolder, status: status.trim() };
}

/** Reads the pid file of a cluster; undefined when there is none or it is not complete. */
export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  return parsePidFile(await pidFileText(cluster));
}

/**
 * Finds out what runs on a cluster. A pid file whose process has ended is PostgreSQL's to clear; one
 * whose number now belongs to another program, as happens when a container starts anew, PostgreSQL would respect for
 * ever, so it is removed here. (Orphans of the old server are still noticed, by the shared memory they hold.)
 */
export async function findRunning(cluster: string, log: (line: string) => void): Promise<Running> {
  const text = await pidFileText(cluster);
  const pid = Number.parseInt(text, 10);
  if (Number.isNaN(pid) || !(await processRuns(pid))) return { state: 'nothing' };
  if (!(await isPostmasterOf(pid, cluster))) {
    if ((await pidFileText(cluster)) !== text) return { state: 'busy', pid };
    log(`process ${pid} is not the PostgreSQL that ran here before; removing its stale ${pidFileName}`);
    await rm(join(cluster, pidFileName), { force: true });
    return { state: 'nothing' };
  }
  const pidFile = parsePidFile(text);
  const isReady =
    pidFile?.status === 'ready' && (await accepts(socketPath(pidFile.socketFolder, pidFile.port)));
  return isReady ? { state: 'ready', pidFile } : { state: 'busy', pid };
}

/**
 * Ends the server `pid`: in fast mode (open transactions are rolled back, a checkpoint is written); if that takes too
 * long, in immediate mode, and last by force. Nothing committed is lost in any of them. Resolves when it has ended.
 */
export async function stopPostmaster(pid: number, log: (line: string) => void): Promise<void> {
  if (await endsAfter('SIGINT', pid, fastStopLimit)) return;
  log(`PostgreSQL (process ${pid}) does not end in fast mode; ending it at once`);
  if (await endsAfter('SIGQUIT', pid, immediateStopLimit)) return;
  await endsAfter('SIGKILL', pid, immediateStopLimit);
}

async function endsAfter(signal: NodeJS.Signals, pid: number, limit: number): Promise<boolean> {
  if (!(await processRuns(pid))) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return true;
    throw error;
  }
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    await wait(10);
    if (!(await processRuns(pid))) return true;
  }
  return false;
}

async function pidFileText(cluster: string): Promise<string> {
  try {
    return await readFile(join(cluster, pidFileName), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

async function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
