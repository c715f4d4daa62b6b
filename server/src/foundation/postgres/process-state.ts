import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from './errors.ts';

/** Whether a process of this id runs; one that has ended but was not yet collected by its parent does not. */
export async function processRuns(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return systemCode(error) === 'EPERM';
  }
  return !(await isZombie(pid));
}

/**
 * Whether process `pid` is the PostgreSQL server of the cluster in `folder`. A postmaster's working folder is its
 * cluster, compared by identity and not by path; where the system does not tell, its name must do.
 */
export async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  try {
    const [theirs, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(folder)]);
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  } catch {
    // No /proc (macOS), or a process of another user: the name is the next best evidence.
    return (await commandName(pid)) === 'postgres';
  }
}

async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'latin1');
    // "pid (name) state …": the name may itself hold parentheses, so the state follows the last one.
    return /^\s[ZX]/.test(line.slice(line.lastIndexOf(')') + 1));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH') return true;
    throw error;
  }
}

async function commandName(pid: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
    return basename(stdout.trim());
  } catch {
    // ps ends with 1 when there is no such process.
    return '';
  }
}
