import { readdir, readFile } from 'node:fs/promises';

/** Of Linux: ticks a second in /proc. */
const TICKS = 100;

/** Seconds of processor time that a process, its children and those of them that have ended have used. */
export async function cpuSecondsOfTree(pid: number): Promise<number> {
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = await statOf(name);
    if (fields === null || (Number(name) !== pid && Number(fields[1]) !== pid)) continue;
    // User and system time, and those of children that have ended and were waited for (proc(5)).
    ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  }
  return ticks / TICKS;
}

/** The fields behind the name, which may hold anything; null for a process that is gone. */
async function statOf(pid: string): Promise<string[] | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}
