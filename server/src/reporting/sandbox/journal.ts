import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A list of entries that only grows. */
export interface Journal<E> {
  /** What stood in it when it was opened. */
  readonly entries: readonly E[];
  /** Resolves when the entry is on the disk. Calls must not overlap. */
  append(entry: E): Promise<void>;
  close(): Promise<void>;
}

/** A journal that lives as long as the process. */
export function openMemoryJournal<E>(): Journal<E> {
  return { entries: [], append: async () => {}, close: async () => {} };
}

/**
 * The journal `journal.jsonl` in `folder`, one JSON object a line; made when absent. A last line that a crash cut
 * short was never acknowledged and is cut off. `read` turns a parsed line into an entry; throws when it throws.
 */
export async function openFileJournal<E>(folder: string, read: (line: unknown) => E): Promise<Journal<E>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'journal.jsonl');
  const file = await open(path, 'a', 0o600);
  const bytes = await readFile(path);
  const wholeLength = bytes.lastIndexOf(0x0a) + 1;
  if (wholeLength < bytes.length) await file.truncate(wholeLength);
  const lines = bytes.subarray(0, wholeLength).toString('utf8').split('\n').slice(0, -1);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
  let damaged = false;
  return {
    entries: lines.map((line) => read(JSON.parse(line))),
    async append(entry) {
      if (damaged) throw new Error(`${path} could not be written to; start again when there is room`);
      // Half a line may stand there after a failure: whatever followed it could not be read again.
      damaged = true;
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.sync();
      damaged = false;
    },
    close: () => file.close(),
  };
}
