import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the files under a folder that hold a stretch of any of the given contents. */
export async function filesHolding(folder: string, contents: readonly Buffer[]): Promise<string[]> {
  const stretches = contents.map(stretchOf);
  if (stretches.some(({ length }) => length < STRETCH))
    throw new RangeError('there is too little to look for');
  const holding: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (stretches.some((stretch) => bytes.includes(stretch))) holding.push(path);
  }
  return holding;
}

const STRETCH = 64;

/** Enough of the middle to know the whole by; a header would be shared by many. */
function stretchOf(content: Buffer): Buffer {
  const middle = Math.floor(content.length / 2);
  return content.subarray(middle, middle + STRETCH);
}
