import { open, readFile, rename } from 'node:fs/promises';
import { CodedError } from '../../../foundation/index.ts';

/** The text of a file. @throws {CodedError} BW-FILE-UNREADABLE */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The text of a file; null when there is none of that name. @throws {CodedError} BW-FILE-UNREADABLE */
export async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unreadable(path, cause);
  }
}

/** Writes a file whole or not at all, and on the disk before this resolves. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const file = await open(`${path}.new`, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function unreadable(path: string, cause: unknown): CodedError {
  return new CodedError('BW-FILE-UNREADABLE', { message: `The file ${path} cannot be read.`, cause });
}
