import { createHash } from 'node:crypto';
import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorFromFileSystem, PostgresStartError, systemCode } from './errors.ts';
import { socketPort } from './settings.ts';

/** Systems allow 104 to 108 bytes in the path of a Unix socket; this leaves room for PostgreSQL's own suffix. */
const longestSocketPath = 100;

/** The path of PostgreSQL's socket in a folder. */
export function socketPath(socketFolder: string, port = socketPort): string {
  return join(socketFolder, `.s.PGSQL.${port}`);
}

/**
 * The folder for the socket of the database in `folder` (a real path): inside it, or, where that makes the path too
 * long for a socket, one in the folder for temporary files whose name derives from `folder`.
 */
export function chooseSocketFolder(folder: string, temporary = tmpdir()): string {
  const name = `breakwater-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  const choices = [join(folder, 'socket'), join(temporary, name), join('/tmp', name)];
  return choices.find((choice) => Buffer.byteLength(socketPath(choice)) <= longestSocketPath) ?? choices[2]!;
}

/**
 * Makes the socket's folder, closed to everyone but its owner: whoever can enter it is let in without a password.
 * Throws `failed` when it exists and belongs to none of `owners` (user ids) or is open to others, as a folder made
 * beforehand by an attacker would be.
 */
export async function prepareSocketFolder(path: string, owners: readonly number[]): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') {
      throw errorFromFileSystem(cause, path);
    }
  }
  const found = await lstat(path);
  if (found.isDirectory() && owners.includes(found.uid) && (found.mode & 0o077) === 0) return;
  throw new PostgresStartError(
    'failed',
    `The folder ${path} for PostgreSQL's socket was made by someone else or is open to others; remove it and start again.`,
  );
}

/** Removes the socket's folder of a server that has ended; the next start makes it again. */
export async function leaveSocketFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    // Gone already, or holding what is not ours to remove, such as the socket of a server killed by force.
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTEMPTY') throw error;
  }
}
