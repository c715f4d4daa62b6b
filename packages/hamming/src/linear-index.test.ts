import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hammingDistance } from './code.ts';
import { createLinearIndex, type Match } from './linear-index.ts';

/** Codes that differ from one of two others in few bits, so that there is something to find at any radius. */
const code = fc
  .tuple(fc.constantFrom(0x00, 0x0f), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }))
  .map(([fill, flips]) => flipped(new Uint8Array(32).fill(fill), flips));
const radius = fc.integer({ min: 0, max: 256 });

describe('a linear index', () => {
  it('finds exactly the codes within the radius, nearest first', () => {
    fc.assert(
      fc.property(fc.array(code, { maxLength: 200 }), code, radius, (codes, query, within) => {
        const index = createLinearIndex();
        codes.forEach((each, payload) => index.add(each, payload));
        const expected = codes
          .map((each, payload) => ({ payload, distance: hammingDistance(each, query) }))
          .filter(({ distance }) => distance <= within);
        expect(index.search(query, within)).toEqual(ordered(expected));
      }),
    );
  });

  it('forgets what is removed, one holding at a time, and nothing else', () => {
    const step = fc.record({ remove: fc.boolean(), code, payload: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const index = createLinearIndex();
        const held: { code: Uint8Array; payload: number }[] = [];
        for (const { remove, code: each, payload } of steps) {
          if (remove) {
            const at = held.findIndex(
              (one) => one.payload === payload && hammingDistance(one.code, each) === 0,
            );
            expect(index.remove(each, payload)).toBe(at >= 0);
            if (at >= 0) held.splice(at, 1);
          } else {
            index.add(each, payload);
            held.push({ code: each, payload });
          }
        }
        expect(index.size).toBe(held.length);
        const origin = new Uint8Array(32);
        const all = held.map((one) => ({
          payload: one.payload,
          distance: hammingDistance(one.code, origin),
        }));
        expect(index.search(origin, 256)).toEqual(ordered(all));
      }),
    );
  });

  it('keeps duplicates', () => {
    const index = createLinearIndex();
    const same = new Uint8Array(32).fill(7);
    for (const payload of [5, 5, 6]) index.add(same, payload);
    expect(index.size).toBe(3);
    expect(index.search(same).map(({ payload }) => payload)).toEqual([5, 5, 6]);
    expect(index.remove(same, 5)).toBe(true);
    expect(index.search(same).map(({ payload }) => payload)).toEqual([5, 6]);
  });

  it('looks within 31 bits unless told otherwise', () => {
    const index = createLinearIndex();
    const origin = new Uint8Array(32);
    for (const distance of [30, 31, 32]) index.add(flipped(origin, [...Array(distance).keys()]), distance);
    expect(index.search(origin).map((match) => match.distance)).toEqual([30, 31]);
  });

  it('is not changed by what becomes of the array it was given', () => {
    const index = createLinearIndex();
    const given = new Uint8Array(32);
    index.add(given, 1);
    given.fill(255);
    expect(index.search(new Uint8Array(32), 0)).toEqual([{ payload: 1, distance: 0 }]);
  });

  it('grows to thousands of codes', () => {
    const index = createLinearIndex();
    for (let i = 0; i < 5000; i++) index.add(flipped(new Uint8Array(32), bitsOf(i)), i);
    expect(index.size).toBe(5000);
    expect(index.search(flipped(new Uint8Array(32), bitsOf(4321)), 0)).toEqual([
      { payload: 4321, distance: 0 },
    ]);
  });

  it('refuses codes, radii and payloads that make no sense', () => {
    const index = createLinearIndex();
    const sound = new Uint8Array(32);
    for (const length of [0, 31, 33]) {
      const unsound = new Uint8Array(length);
      expect(() => index.add(unsound, 1)).toThrow(RangeError);
      expect(() => index.search(unsound)).toThrow(RangeError);
      expect(() => index.remove(unsound, 1)).toThrow(RangeError);
    }
    for (const unsound of [-1, 257, 1.5, Number.NaN])
      expect(() => index.search(sound, unsound)).toThrow(/radius/);
    for (const unsound of [0.5, Number.NaN, 2 ** 53])
      expect(() => index.add(sound, unsound)).toThrow(/payload/);
    expect(index.size).toBe(0);
  });
});

function ordered(matches: Match[]): Match[] {
  return matches.toSorted((a, b) => a.distance - b.distance || a.payload - b.payload);
}

function flipped(original: Uint8Array, bits: readonly number[]): Uint8Array {
  const copy = original.slice();
  for (const bit of bits) copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

function bitsOf(number: number): number[] {
  return [...Array(20).keys()].filter((bit) => (number >> bit) & 1);
}
