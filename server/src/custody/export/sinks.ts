import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { PackageSink } from './export-case.ts';
import { ZipWriter } from './zip.ts';

/** Files in a folder, which must not exist yet. Each is on the disk when `add` resolves. */
export async function folderSink(folder: string): Promise<PackageSink> {
  await mkdir(folder, { mode: 0o700 });
  return {
    add: async (name, bytes) => {
      const file = await open(join(folder, name), 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** A ZIP that is written to a stream as the files come; `close` completes it. */
export function zipSink(at: Date, output: Writable): PackageSink & { close(): Promise<void> } {
  const zip = new ZipWriter(at, async (piece) => {
    if (output.destroyed) throw new Error('whoever was to take the package is gone');
    if (!output.write(piece)) await Promise.race([once(output, 'drain'), once(output, 'close')]);
  });
  return { add: (name, bytes) => zip.add(name, bytes), close: () => zip.close() };
}
