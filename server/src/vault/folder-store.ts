import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, link, mkdir, open, opendir, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { CodedError, isDiskFull } from '../foundation/index.ts';
import type { ByteSource } from './age-file.ts';
import { isObjectName, requireObjectName, type ObjectStore, type StoredEntry } from './object-store.ts';

const TEMPORARY = '.tmp';
/** What is written at once, and read at once. */
const BLOCK_BYTES = 1024 * 1024;

/** Objects as files: written to a temporary name, synced, given their name, and the folder synced. */
export function folderObjectStore(root: string): ObjectStore {
  const pathOf = (name: string): string => {
    requireObjectName(name);
    return join(root, name.slice(0, 2), name);
  };
  return {
    async put(name, source) {
      const path = pathOf(name);
      if (await exists(path)) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY}`;
      try {
        await writeSynced(temporary, source);
        await nameOnce(temporary, path);
      } catch (error) {
        throw isDiskFull(error) ? new CodedError('BW-DISK-FULL', { cause: error }) : error;
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFolder(dirname(path));
      await syncFolder(root);
    },
    async get(name) {
      const path = pathOf(name);
      const file = await openIfThere(path);
      return file === null ? null : createReadStream(path, { fd: file, highWaterMark: BLOCK_BYTES });
    },
    has: async (name) => exists(pathOf(name)),
    async delete(name) {
      const path = pathOf(name);
      await rm(path, { force: true });
      await syncFolder(dirname(path));
    },
    async *list() {
      for await (const { path, modifiedAt } of filesIn(root)) {
        if (path.endsWith(TEMPORARY)) continue;
        const name = basename(path);
        const ours = isObjectName(name) && path === pathOf(name);
        const entry: StoredEntry = ours
          ? { name, kind: 'object', modifiedAt }
          : { name: relative(root, path), kind: 'foreign', modifiedAt };
        yield entry;
      }
    },
    async sweepUnfinished(before) {
      let swept = 0;
      for await (const { path, modifiedAt } of filesIn(root)) {
        if (!path.endsWith(TEMPORARY) || modifiedAt >= before) continue;
        await rm(path, { force: true });
        swept += 1;
      }
      return swept;
    },
    lockUntil: async () => 'unsupported',
    async describe() {
      try {
        const { bavail, bsize } = await statfs(root);
        return `the folder ${root}, ${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`;
      } catch (error) {
        if (!isMissing(error)) throw error;
        return `the folder ${root}, which will be made`;
      }
    },
  };
}

/** A hard link is made or fails, where renaming would write over what another has put there meanwhile. */
async function nameOnce(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function writeSynced(path: string, source: ByteSource): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let block: Uint8Array[] = [];
    let held = 0;
    for await (const piece of source) {
      block.push(piece);
      held += piece.length;
      if (held < BLOCK_BYTES) continue;
      await writeWhole(file, block, held);
      [block, held] = [[], 0];
    }
    await writeWhole(file, block, held);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, block: Uint8Array[], bytes: number): Promise<void> {
  if (bytes === 0) return;
  const { bytesWritten } = await file.writev(block);
  if (bytesWritten === bytes) return;
  // Rare, as on a disk that is nearly full: the second attempt says so.
  await file.writeFile(Buffer.concat(block).subarray(bytesWritten));
}

async function* filesIn(root: string): AsyncGenerator<{ path: string; modifiedAt: Date }> {
  if (!(await exists(root))) return;
  for await (const entry of await opendir(root, { recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    // Gone since, as a temporary file is once it has its name.
    if (found !== null) yield { path, modifiedAt: found.mtime };
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await openIfThere(path);
  if (folder === null) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return isCode(error, 'ENOENT');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
