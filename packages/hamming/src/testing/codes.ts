import * as fc from 'fast-check';
import { CODE_BYTES, hammingDistance } from '../code.ts';

export interface Entry {
  readonly code: Uint8Array;
  readonly payload: number;
  readonly list: number;
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomCode(random: () => number): Uint8Array {
  return Uint8Array.from({ length: CODE_BYTES }, () => Math.floor(random() * 256));
}

export function flipped(code: Uint8Array, bits: readonly number[]): Uint8Array {
  const copy = code.slice();
  for (const bit of bits) copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** The code with `count` bits flipped, or fewer where the same one is drawn twice. */
export function nearTo(code: Uint8Array, count: number, random: () => number): Uint8Array {
  return flipped(
    code,
    Array.from({ length: count }, () => Math.floor(random() * 256)),
  );
}

/** The kinds of codes that an index has to bear, each as a maker of the `i`th. */
export const KINDS: Record<string, (random: () => number) => (i: number) => Uint8Array> = {
  'spread evenly': (random) => () => randomCode(random),
  'all equal': (random) => {
    const one = randomCode(random);
    return () => one;
  },
  'all zeros or all ones': () => (i) => new Uint8Array(CODE_BYTES).fill(i % 2 === 0 ? 0 : 255),
  'one bit from one another': (random) => {
    const one = randomCode(random);
    return (i) => flipped(one, [i % 256]);
  },
  'in clusters': (random) => {
    const centers = Array.from({ length: 20 }, () => randomCode(random));
    return (i) => nearTo(centers[i % 20]!, Math.floor(random() * 45), random);
  },
  'alike in half of their bits': (random) => (i) => {
    const code = randomCode(random);
    return code.fill(i % 3, 0, 16);
  },
};

/** Codes near one of a few others, so that there is something to find at any radius. */
export const code = fc
  .tuple(fc.constantFrom(0x00, 0x0f, 0xff), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }))
  .map(([fill, bits]) => flipped(new Uint8Array(CODE_BYTES).fill(fill), bits));

/** What a search must answer, found by looking at every entry. */
export function lookAtAll(
  entries: Iterable<Entry>,
  query: Uint8Array,
  radius: number,
  lists?: readonly number[],
) {
  const found = [];
  for (const { code: each, payload, list } of entries) {
    const distance = hammingDistance(each, query);
    if (distance <= radius && (lists === undefined || lists.includes(list)))
      found.push({ payload, distance, list });
  }
  return found.toSorted((a, b) => a.distance - b.distance || a.payload - b.payload || a.list - b.list);
}
