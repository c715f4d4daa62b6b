import { expect, it } from 'vitest';
import { createStage, perform, scratchOf, stagesOf } from './construction.ts';
import * as field from './fields.ts';
import { wordAt } from './layout.ts';
import { Stage } from './stage.ts';
import { KINDS, randomFrom } from './testing/codes.ts';
import type { SharedMemory } from './web-assembly.ts';

const COUNT = 5000;

it.each(Object.keys(KINDS))(
  'builds the same of codes %s, however little a thread has to work with',
  (kind) => {
    const roomy = built(kind, 100_000);
    const tight = built(kind, field.SCRATCH_ENTRIES);
    expect(tight).toEqual(roomy);
  },
);

it.each(Object.keys(KINDS))('posts each entry once in each band, of codes %s', (kind) => {
  const { tables, postings } = built(kind, 100_000);
  expect(tables.length).toBeGreaterThan(0);
  for (const table of tables) {
    expect(table.at(-1)).toBe(COUNT);
    expect(table.every((start, key) => key === 0 || start >= table[key - 1]!)).toBe(true);
  }
  for (const band of postings)
    expect(band.toSorted()).toEqual(Uint32Array.from({ length: COUNT }, (_, i) => i));
});

function built(kind: string, scratchBytes: number): { tables: Uint32Array[]; postings: Uint32Array[] } {
  const memory = createStage(COUNT, 31);
  const stage = new Stage(memory, COUNT);
  const make = KINDS[kind]!(randomFrom(8));
  for (let i = 0; i < COUNT; i++) stage.addOne(make(i), i, 0);
  const scratch = { at: scratchOf(memory, 0, 1).at, bytes: scratchBytes };
  for (const steps of stagesOf(memory, COUNT, 3)) for (const step of steps) perform(memory, step, scratch);
  return { tables: tablesOf(memory), postings: postingsOf(memory) };
}

function tablesOf(memory: SharedMemory): Uint32Array[] {
  const words = 2 ** wordAt(memory, field.WIDTH) + 1;
  return Array.from(
    { length: wordAt(memory, field.BANDS) },
    (_, band) =>
      new Uint32Array(
        memory.buffer,
        wordAt(memory, field.TABLES) + band * wordAt(memory, field.TABLE_STRIDE),
        words,
      ),
  );
}

function postingsOf(memory: SharedMemory): Uint32Array[] {
  return Array.from(
    { length: wordAt(memory, field.BANDS) - 1 },
    (_, i) =>
      new Uint32Array(
        memory.buffer,
        wordAt(memory, field.POSTINGS) + i * wordAt(memory, field.POSTING_STRIDE),
        COUNT,
      ),
  );
}
