import { expect, it } from 'vitest';
import { CODE_BYTES } from './code.ts';
import { perform } from './construction-step.ts';
import * as field from './fields.ts';
import { createMemory, originalOrder, wordAt } from './layout.ts';
import { Stage } from './stage.ts';
import { createStage, stagesOf } from './stages.ts';
import { KINDS, randomFrom } from './testing/codes.ts';
import type { SharedMemory } from './web-assembly.ts';
import { workspaceOf } from './workspace.ts';

const COUNT = 5000;
const THREADS = 3;
const KEY_MASK = 2 ** 25 - 1;

it.each(Object.keys(KINDS))(
  'builds the same of codes %s, however little a thread has to work with',
  (kind) => {
    const roomy = built(kind, 100_000);
    const tight = built(kind, 0);
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

it('puts entries where their keys say, in the widest bands as well', () => {
  const memory = createMemory({ capacity: COUNT, bands: 2, width: 25 }, originalOrder());
  const { tables, postings } = builtIn(memory, 'spread evenly', 100_000);
  const codes = new DataView(memory.buffer, wordAt(memory, field.CODES), COUNT * CODE_BYTES);
  const placed = Array.from({ length: COUNT }, (_, place) => [place, postings[0]![place]!]);
  for (const [place, position] of placed) {
    const keys = [
      codes.getUint32(place! * CODE_BYTES, true) & KEY_MASK,
      (codes.getUint32(position! * CODE_BYTES + 3, true) >>> 1) & KEY_MASK,
    ];
    for (const [band, key] of keys.entries()) {
      expect(tables[band]![key]).toBeLessThanOrEqual(place!);
      expect(tables[band]![key + 1]).toBeGreaterThan(place!);
    }
  }
});

function built(kind: string, scratchBytes: number): Built {
  return builtIn(createStage(COUNT, 31), kind, scratchBytes);
}

interface Built {
  readonly tables: Uint32Array[];
  readonly postings: Uint32Array[];
}

function builtIn(memory: SharedMemory, kind: string, scratchBytes: number): Built {
  const stage = new Stage(memory, COUNT);
  const make = KINDS[kind]!(randomFrom(8));
  for (let i = 0; i < COUNT; i++) stage.addOne(make(i), i, 0);
  const scratch = { at: workspaceOf(memory, COUNT, THREADS).scratch, bytes: scratchBytes };
  for (const steps of stagesOf(memory, COUNT, THREADS))
    for (const step of steps) perform(memory, step, scratch);
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
