import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How far each log file had been written at some moment: bytes by file name. */
export type LogPositions = ReadonlyMap<string, number>;

/** Where the server's log stands below the database's folder. */
export function logFolder(folder: string): string {
  return join(folder, 'log');
}

/** Marks the present end of the log. */
export async function markLog(folder: string): Promise<LogPositions> {
  const positions = new Map<string, number>();
  for (const name of await readdir(folder)) positions.set(name, (await stat(join(folder, name))).size);
  return positions;
}

/** What the log gained since `positions`, at most 64 KB of each file. A file that shrank was begun anew. */
export async function logSince(folder: string, positions: LogPositions): Promise<string> {
  let text = '';
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { size } = await stat(path);
    const start = positions.get(name) ?? 0;
    text += await read(path, start <= size ? start : 0);
  }
  return text;
}

async function read(path: string, position: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(65_536), position });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
