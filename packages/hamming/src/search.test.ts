import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIndex, createIndexBuilder, type ExactIndex } from './index.ts';
import { code, type Entry, KINDS, lookAtAll, nearTo, randomCode, randomFrom } from './testing/codes.ts';

const RADII = [0, 1, 7, 16, 31, 32, 40, 47, 60, 110, 256];
/** The first has bands, the second is scanned. */
const SIZES = [5000, 700];

describe.each(Object.entries(KINDS))('codes %s', (_, kind) => {
  describe.each(SIZES)('%i of them', (size) => {
    const random = randomFrom(size);
    const make = kind(random);
    const entries: Entry[] = Array.from({ length: size }, (_unused, i) => ({
      code: make(i),
      payload: i % (size - 100),
      list: i % 5,
    }));
    const queries = [
      ...[0, 1].map((i) => nearTo(entries[i * 97]!.code, i * 20, random)),
      randomCode(random),
      new Uint8Array(32),
    ];
    let built: ExactIndex;
    let added: ExactIndex;
    beforeAll(async () => {
      const builder = createIndexBuilder({ capacity: size + 50, threads: 2 });
      added = createIndex();
      for (const entry of entries) {
        builder.add(entry.code, entry.payload, entry.list);
        added.add(entry.code, entry.payload, entry.list);
      }
      built = await builder.build();
    });

    it('finds what looking at every entry finds, at any radius', () => {
      for (const query of queries) {
        for (const radius of RADII) {
          const expected = lookAtAll(entries, query, radius);
          expect(built.search(query, radius)).toEqual(expected);
          expect(added.search(query, radius)).toEqual(expected);
        }
      }
    });

    it('finds only entries of the lists that are asked for', () => {
      for (const lists of [[], [3], [0, 4, 65_535]]) {
        for (const radius of [31, 200]) {
          const expected = lookAtAll(entries, queries[1]!, radius, lists);
          expect(built.search(queries[1]!, { radius, lists })).toEqual(expected);
          expect(added.search(queries[1]!, { radius, lists })).toEqual(expected);
        }
      }
    });

    it('finds the nearest, however far they are', () => {
      for (const query of queries) {
        const all = lookAtAll(entries, query, 256);
        for (const k of [0, 1, 5, 300, size, size + 1])
          expect(built.nearest(query, k)).toEqual(all.slice(0, k));
        expect(added.nearest(query, 7, { radius: 40, lists: [2] })).toEqual(
          lookAtAll(entries, query, 40, [2]).slice(0, 7),
        );
      }
    });
  });
});

it('holds more results than the reader has room for at a time', async () => {
  const builder = createIndexBuilder({ capacity: 40_000 });
  const one = new Uint8Array(32).fill(7);
  for (let i = 0; i < 40_000; i++) builder.add(one, i);
  const index = await builder.build();
  expect(index.search(one, 0).map(({ payload }) => payload)).toEqual([...Array(40_000).keys()]);
});

it('answers a batch as it answers each of its queries', async () => {
  const random = randomFrom(3);
  const builder = createIndexBuilder({ capacity: 5000 });
  const codes = Array.from({ length: 5000 }, () => randomCode(random));
  codes.forEach((each, i) => builder.add(each, i));
  const index = await builder.build();
  const queries = codes.slice(0, 50).map((each) => nearTo(each, 20, random));
  const batch = index.searchMany(Buffer.concat(queries), { radius: 25 });
  expect(batch).toEqual(queries.map((query) => index.search(query, 25)));
  expect(batch.flat().length).toBeGreaterThan(40);
  expect(index.searchMany(new Uint8Array(0))).toEqual([]);
});

it('finds each pair within the radius once, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ code, payload: fc.nat(9), list: fc.nat(2) }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 256 }),
      async (entries, radius) => {
        const index = createIndex();
        for (const entry of entries.slice(0, 30)) index.add(entry.code, entry.payload, entry.list);
        await index.merge();
        for (const entry of entries.slice(30)) index.add(entry.code, entry.payload, entry.list);
        for (const lists of [undefined, [1, 2]]) {
          const options = lists === undefined ? { radius } : { radius, lists };
          const expected = entries.flatMap((entry, i) =>
            lists !== undefined && !lists.includes(entry.list)
              ? []
              : lookAtAll(entries.slice(i + 1), entry.code, radius, lists).map((found) =>
                  asPair(entry.payload, found.payload, found.distance),
                ),
          );
          const pairs = [...index.pairs(options)].map(({ a, b, distance }) => asPair(a, b, distance));
          expect(pairs.toSorted()).toEqual(expected.toSorted());
        }
      },
    ),
    { numRuns: 15 },
  );
});

function asPair(a: number, b: number, distance: number): string {
  return `${Math.min(a, b)} ${Math.max(a, b)} ${distance}`;
}
