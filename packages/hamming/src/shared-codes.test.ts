import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createLinearIndex } from './linear-index.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/pdq/', import.meta.url));
const present = existsSync(FOLDER);
const note = present ? '' : ' (skipped: ../shared/data/pdq is not there)';

it.skipIf(!present)(
  `finds the near pairs among the reference hashes, as many as a count bit by bit${note}`,
  () => {
    const index = createLinearIndex();
    codesOf('haystack.txt').forEach((code, i) => index.add(code, i));
    const needles = codesOf('needles.txt');
    expect([needles.length, index.size]).toEqual([100, 1350]);
    const pairs = needles.reduce((sum, needle) => sum + index.search(needle, 32).length, 0);
    expect(pairs).toBe(PAIRS_WITHIN_32);
  },
);

/** Counted once by other means: big integers in Python over the same two files. */
const PAIRS_WITHIN_32 = 250;

function codesOf(file: string): Uint8Array[] {
  const lines = readFileSync(FOLDER + file, 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => Buffer.from(line.slice(0, 64), 'hex'));
}
