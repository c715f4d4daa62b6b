import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoint, parseNote } from '@breakwater/ledger';
import { inCodedWords } from './ledger-problems.ts';

/** The newest checkpoint that was signed, remembered where nobody who rolls the database back reaches it. */
export interface CheckpointMemory {
  note(): string | null;
  /** Events of that checkpoint; 0 when there is none. */
  size(): number;
  keep(note: string): Promise<void>;
}

/** Remembers for as long as the process lives. */
export function forgetfulMemory(): CheckpointMemory {
  return memoryOf(null, async () => {});
}

/**
 * Remembers in a file beside the database. Whoever restores an older backup on purpose removes the file.
 * @throws {CodedError} BW-LEDGER-UNREADABLE when the file holds something else
 */
export async function checkpointFile(path: string): Promise<CheckpointMemory> {
  const kept = await existing(path);
  return memoryOf(kept, async (note) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  });
}

function memoryOf(kept: string | null, write: (note: string) => Promise<void>): CheckpointMemory {
  let note = kept;
  let size = kept === null ? 0 : sizeOf(kept);
  return {
    note: () => note,
    size: () => size,
    keep: async (newer) => {
      await write(newer);
      note = newer;
      size = sizeOf(newer);
    },
  };
}

function sizeOf(note: string): number {
  return inCodedWords(() => parseCheckpoint(parseNote(note).text).size);
}

async function existing(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
