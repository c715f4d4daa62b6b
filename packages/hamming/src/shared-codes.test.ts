import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createIndexBuilder } from './index-builder.ts';
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

it.skipIf(!present)(`finds the same pairs with bands, whatever the radius${note}`, async () => {
  const haystack = codesOf('haystack.txt');
  const linear = createLinearIndex();
  // Often enough that bands are worth it.
  const builder = createIndexBuilder({ capacity: haystack.length * 4 });
  for (let copy = 0; copy < 4; copy++) {
    haystack.forEach((code, i) => {
      linear.add(code, i);
      builder.add(code, i);
    });
  }
  const index = await builder.build();
  let pairs = 0;
  for (const needle of codesOf('needles.txt')) {
    pairs += index.search(needle, 32).length;
    for (const radius of [0, 31, 32, 40, 90]) {
      const found = index.search(needle, radius).map(({ payload, distance }) => ({ payload, distance }));
      expect(found).toEqual(linear.search(needle, radius));
    }
  }
  expect(pairs).toBe(4 * PAIRS_WITHIN_32);
});

/** Counted once by other means: big integers in Python over the same two files. */
const PAIRS_WITHIN_32 = 250;

function codesOf(file: string): Uint8Array[] {
  const lines = readFileSync(FOLDER + file, 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => Buffer.from(line.slice(0, 64), 'hex'));
}
