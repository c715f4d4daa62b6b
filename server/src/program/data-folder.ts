import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CodedError } from '../foundation/index.ts';

/** Where everything of an installation lies. */
export function dataFolders(root: string) {
  return {
    root,
    postgres: join(root, 'postgres'),
    vault: join(root, 'vault'),
    secrets: join(root, 'secrets'),
    run: join(root, 'run'),
    lastCheckpoint: join(root, 'ledger', 'last-checkpoint'),
    sandbox: join(root, 'sandbox-cybertipline'),
    log: join(root, 'run', 'breakwater.log'),
    state: join(root, 'run', 'program.json'),
  };
}

const runningSchema = z.object({
  pid: z.number().int(),
  /** When the process was started, as the system tells it: a later process may have the same pid. */
  startedAs: z.string(),
  url: z.string().nullable(),
  sandboxUrl: z.string().nullable(),
});
export type RunningProgram = z.infer<typeof runningSchema>;

/** Makes the folder. @throws {CodedError} BW-START-FOLDER-UNWRITABLE, BW-START-DISK-FULL */
export async function prepareDataFolder(root: string): Promise<void> {
  const folders = dataFolders(root);
  try {
    for (const folder of [folders.root, folders.run, folders.vault])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    const probe = join(folders.run, `.probe-${randomBytes(6).toString('hex')}`);
    await writeFile(probe, 'x'.repeat(4096));
    await rm(probe);
  } catch (error) {
    throw folderError(root, error);
  }
}

function folderError(root: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(root, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(String(code))) {
    const message = `The data folder ${root} cannot be written. Choose another with --data.`;
    return new CodedError('BW-START-FOLDER-UNWRITABLE', { message, cause: error });
  }
  return error;
}

export function diskFull(root: string, cause: unknown): CodedError {
  const message = `The disk of the data folder ${root} is full. Free some space and start again.`;
  return new CodedError('BW-START-DISK-FULL', { message, cause });
}

/** The program that runs on this folder, if one does. */
export async function findRunning(root: string): Promise<RunningProgram | undefined> {
  const mark = await readIfThere(dataFolders(root).state);
  return mark === undefined ? undefined : programOf(mark);
}

/** Whose mark it is, if that program still runs. */
async function programOf(mark: string): Promise<RunningProgram | undefined> {
  const parsed = runningSchema.safeParse(parseLoosely(mark));
  if (!parsed.success) return undefined;
  const { pid, startedAs } = parsed.data;
  return (await startOf(pid)) === startedAs ? parsed.data : undefined;
}

export interface FolderLock {
  /** Tells others where the program can be reached. */
  announce(reached: { readonly url: string; readonly sandboxUrl: string | null }): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the folder for this process. What a killed program left behind is cleared away.
 * @throws {CodedError} BW-START-ALREADY-RUNNING
 */
export async function lockDataFolder(root: string): Promise<FolderLock> {
  const { state } = dataFolders(root);
  const startedAs = await startOf(process.pid);
  if (startedAs === undefined) throw new Error('the system does not tell when this process was started');
  const write = async (reached: Pick<RunningProgram, 'url' | 'sandboxUrl'>): Promise<string> => {
    const temporary = `${state}.${randomBytes(6).toString('hex')}`;
    const running: RunningProgram = { pid: process.pid, startedAs, ...reached };
    await writeFile(temporary, JSON.stringify(running), { mode: 0o600 });
    return temporary;
  };
  await claim(root, await write({ url: null, sandboxUrl: null }));
  return {
    async announce(reached) {
      await rename(await write(reached), state);
    },
    release: () => rm(state, { force: true }),
  };
}

async function claim(root: string, temporary: string): Promise<void> {
  try {
    if (await linked(root, temporary, dataFolders(root).state)) return;
    if ((await findRunning(root)) !== undefined) throw new CodedError('BW-START-ALREADY-RUNNING');
    await replaceStale(root, temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** One at a time, lest somebody clear away the mark of whoever has just replaced the stale one. */
async function replaceStale(root: string, temporary: string): Promise<void> {
  const { state } = dataFolders(root);
  const turn = `${state}.replacing`;
  if (!(await linked(root, temporary, turn))) {
    const mark = await readIfThere(turn);
    // Somebody else has the turn, or has just had it: either way another program is starting.
    if (mark === undefined || (await programOf(mark)) !== undefined)
      throw new CodedError('BW-START-ALREADY-RUNNING');
    // Left by a program that was killed within these few lines.
    await rm(turn, { force: true });
    if (!(await linked(root, temporary, turn))) throw new CodedError('BW-START-ALREADY-RUNNING');
  }
  try {
    if ((await findRunning(root)) !== undefined) throw new CodedError('BW-START-ALREADY-RUNNING');
    await rm(state, { force: true });
    if (!(await linked(root, temporary, state))) throw new CodedError('BW-START-ALREADY-RUNNING');
  } finally {
    await rm(turn, { force: true });
  }
}

/** A hard link either makes the name or fails: two programs cannot both make it. */
async function linked(root: string, from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw folderError(root, error);
  }
}

/** Something that two processes with the same pid do not share: when it was started. undefined if there is none. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readIfThere(`/proc/${pid}/stat`);
    if (stat === undefined) return undefined;
    // Past the name in parentheses, which may hold anything: state is the first field, the start time the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half-written by a program that was killed: it holds nothing.
    return undefined;
  }
}
