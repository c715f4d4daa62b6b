import { readdir, readFile } from 'node:fs/promises';

/**
 * Resident memory, in bytes, of a process and everything below it: the sum of their proportional set sizes (PSS), in
 * which pages that n processes share count for 1/n each. Linux only. Throws when the process is not there.
 */
export async function memoryOfTree(pid: number): Promise<number> {
  const parents = await parentsOfAll();
  const tree = [pid];
  // Grows while it is walked: children of children come after.
  for (const parent of tree) for (const [child, of] of parents) if (of === parent) tree.push(child);
  const sizes = await Promise.all(tree.map((member) => proportionalSetSize(member)));
  if (sizes[0] === undefined) throw new Error(`there is no process ${pid}`);
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function parentsOfAll(): Promise<Map<number, number>> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readIfThere(`/proc/${name}/stat`);
    // Past the name in parentheses, which may hold anything: the state, and then the parent.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
}

/** undefined when the process has ended meanwhile. */
async function proportionalSetSize(pid: number): Promise<number | undefined> {
  const rollup = await readIfThere(`/proc/${pid}/smaps_rollup`);
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}
