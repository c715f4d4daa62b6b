import { receiveMessageOnPort } from 'node:worker_threads';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIndex, createIndexBuilder, type ExactIndex } from './index.ts';
import { code, type Entry, lookAtAll, nearTo, randomCode, randomFrom } from './testing/codes.ts';

/** What an index has to do, done plainly. */
class Model {
  readonly entries: Entry[] = [];

  remove(entry: Entry, anyList: boolean): boolean {
    const at = this.entries.findIndex(
      (one) =>
        one.payload === entry.payload &&
        (anyList || one.list === entry.list) &&
        Buffer.compare(one.code, entry.code) === 0,
    );
    if (at >= 0) this.entries.splice(at, 1);
    return at >= 0;
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('add' as const), code, payload: fc.nat(3), list: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('remove' as const), code, payload: fc.nat(3), list: fc.nat(1) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove-held' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('search' as const), code, radius: fc.nat(256) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
);

describe('an index that changes', () => {
  it('holds what was added and not removed, through merges at any time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const index = createIndex();
        const model = new Model();
        for (const each of steps) {
          if (each.do === 'add') {
            index.add(each.code, each.payload, each.list);
            model.entries.push(each);
          } else if (each.do === 'remove') {
            expect(index.remove(each.code, each.payload, each.list)).toBe(model.remove(each, false));
          } else if (each.do === 'remove-held') {
            const held = model.entries[each.at % Math.max(1, model.entries.length)];
            if (held === undefined) continue;
            // On its own list: on any, the index is free to choose another than the model.
            expect(index.remove(held.code, held.payload, held.list)).toBe(model.remove(held, false));
          } else if (each.do === 'search') {
            expect(index.search(each.code, each.radius)).toEqual(
              lookAtAll(model.entries, each.code, each.radius),
            );
          } else if (each.do === 'merge') void index.merge();
          else await index.merge();
          expect(index.size).toBe(model.entries.length);
        }
        await index.close();
        expect(index.search(new Uint8Array(32), 256)).toEqual(
          lookAtAll(model.entries, new Uint8Array(32), 256),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('merges by itself, and answers rightly before, during and after', async () => {
    const random = randomFrom(11);
    const index = createIndex({ mergeAfter: 3000 });
    const entries: Entry[] = [];
    let merges = 0;
    let before = false;
    for (let i = 0; i < 12_000; i++) {
      const near = entries[Math.floor(random() * entries.length)];
      const entry = {
        code: near && i % 3 === 0 ? nearTo(near.code, 12, random) : randomCode(random),
        payload: i,
        list: 0,
      };
      index.add(entry.code, entry.payload);
      entries.push(entry);
      if (i % 4 === 3) {
        const [gone] = entries.splice(Math.floor(random() * entries.length), 1);
        expect(index.remove(gone!.code, gone!.payload)).toBe(true);
        expect(index.remove(gone!.code, gone!.payload)).toBe(false);
      }
      if (index.merging && !before) merges++;
      before = index.merging;
      if (i % 100 === 0) {
        const query = nearTo(entries[Math.floor(random() * entries.length)]!.code, 10, random);
        expect(index.search(query)).toEqual(lookAtAll(entries, query, 31));
        await new Promise(setImmediate);
      }
    }
    await index.close();
    expect(merges).toBeGreaterThan(0);
    expect(index.size).toBe(entries.length);
    for (const { code: query } of entries.slice(0, 50))
      expect(index.search(query, 40)).toEqual(lookAtAll(entries, query, 40));
  });

  it('lets go of the memory of bases that have been replaced', async () => {
    const index = createIndex();
    const random = randomFrom(4);
    let made = 0;
    let gone = 0;
    const registry = new FinalizationRegistry(() => gone++);
    for (let merge = 0; merge < 12; merge++) {
      index.add(randomCode(random), merge);
      const shared = index.share();
      registry.register(receiveMessageOnPort(shared.port)!.message, merge);
      made++;
      shared.port.close();
      await index.merge();
    }
    await expect.poll(() => gone).toBeGreaterThan(made / 3);
    expect(index.size).toBe(12);
  });

  it('removes from any list unless told which', () => {
    const index = createIndex();
    const one = new Uint8Array(32);
    index.add(one, 5, 1);
    index.add(one, 5, 2);
    expect(index.remove(one, 5, 3)).toBe(false);
    expect(index.remove(one, 5, 2)).toBe(true);
    expect(index.search(one)).toEqual([{ payload: 5, distance: 0, list: 1 }]);
    expect(index.remove(one, 5)).toBe(true);
    expect(index.size).toBe(0);
  });
});

describe('what is out of range', () => {
  const sound = new Uint8Array(32);
  const index: ExactIndex = createIndex();

  it('takes payloads of 32 bits and lists of 16, to the ends of their ranges', async () => {
    const edge = createIndex();
    for (const payload of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) edge.add(sound, payload, 65_535);
    const expected = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map((payload) => ({
      payload,
      distance: 0,
      list: 65_535,
    }));
    expect(edge.search(sound, { lists: [65_535] })).toEqual(expected);
    await edge.merge();
    expect(edge.search(sound, { lists: [65_535] })).toEqual(expected);
    expect(edge.remove(sound, 2 ** 32 - 1)).toBe(true);
    expect(edge.search(sound)).toEqual(expected.slice(0, 4));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 32])('refuses the payload %d', (payload) => {
    expect(() => index.add(sound, payload)).toThrow(/payload must be an integer from 0 to 4294967295/);
    expect(() => index.remove(sound, payload)).toThrow(RangeError);
    expect(() => createIndexBuilder({ capacity: 1 }).add(sound, payload)).toThrow(RangeError);
  });

  it.each([-1, 257, 1.5, Number.NaN])('refuses the radius %d', (radius) => {
    expect(() => index.search(sound, radius)).toThrow(/radius/);
    expect(() => index.searchMany(sound, { radius })).toThrow(/radius/);
    expect(() => index.nearest(sound, 1, { radius })).toThrow(/radius/);
    expect(() => index.pairs(radius).next()).toThrow(/radius/);
    expect(() => createIndex({ radius })).toThrow(/radius/);
  });

  it.each([-1, 0, 1.5, 1000])('refuses to work with %d threads', (threads) => {
    expect(() => createIndex({ mergeThreads: threads })).toThrow(/threads/);
    expect(() => createIndexBuilder({ capacity: 1, threads })).toThrow(/threads/);
  });

  it.each([0, 31, 33, 64])('refuses a code of %i bytes', (length) => {
    const unsound = new Uint8Array(length);
    expect(() => index.add(unsound, 1)).toThrow(`32 bytes long, not ${length}`);
    expect(() => index.search(unsound)).toThrow(RangeError);
    expect(() => index.remove(unsound, 1)).toThrow(RangeError);
    expect(() => index.nearest(unsound, 1)).toThrow(RangeError);
  });

  it('refuses lists out of range, batches that are cut, and more than there is room for', async () => {
    expect(() => index.add(sound, 1, 65_536)).toThrow(/list/);
    expect(() => index.search(sound, { lists: [-1] })).toThrow(/list/);
    expect(() => index.searchMany(new Uint8Array(33))).toThrow(/32 bytes each/);
    expect(() => index.nearest(sound, -1)).toThrow(/k must/);
    const builder = createIndexBuilder({ capacity: 1 });
    expect(() => builder.addMany(new Uint8Array(32), new Uint32Array(2))).toThrow(RangeError);
    builder.addMany(sound, Uint32Array.of(9), Uint16Array.of(3));
    expect(() => builder.add(sound, 1)).toThrow(/room for 1/);
    const built = await builder.build();
    expect(built.search(sound)).toEqual([{ payload: 9, distance: 0, list: 3 }]);
    await expect(builder.build()).rejects.toThrow(/has been built/);
    expect(() => createIndexBuilder({ capacity: 2 ** 26 })).toThrow(/4 GiB/);
  });
});
