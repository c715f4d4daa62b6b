import { CODE_BITS } from './code.ts';
import { HIGHEST_LEVEL } from './fields.ts';

/** How a base is cut: so many bands of so many bits each. No bands at all if a scan is as quick. */
export interface Bands {
  readonly bands: number;
  readonly width: number;
}

/** Below this, a scan takes a few microseconds. */
const WORTH_BANDS = 4096;
/** A key and its place in a byte have to fit into 32 bits together. */
const WIDEST = 25;
/** What a bucket and a candidate cost, relative to each other; the kernels weigh them in the same way. */
const BUCKET_COST = 6;
const CANDIDATE_COST = 20;

/**
 * The bands with which a query of `radius` is cheapest among `count` codes, were they evenly spread: the width comes out near
 * the logarithm of the count (Norouzi, Punjani and Fleet, section 3). Tables of more than two words an entry are not considered.
 */
export function bandsFor(count: number, radius: number): Bands {
  if (count < WORTH_BANDS) return { bands: 0, width: 0 };
  const widths = Array.from({ length: WIDEST - 7 }, (_, i) => i + 8).filter(
    (width) => 2 ** width <= 2 * count,
  );
  const costs = widths.map((width) => queryCost(count, radius, width));
  const width = widths[costs.indexOf(Math.min(...costs))]!;
  return { bands: Math.floor(CODE_BITS / width), width };
}

function queryCost(count: number, radius: number, width: number): number {
  const bands = Math.floor(CODE_BITS / width);
  const level = Math.floor((radius + 1) / bands);
  if (level >= HIGHEST_LEVEL) return Number.MAX_VALUE - width;
  const higher = (radius + 1) % bands;
  const buckets = higher * keysWithin(width, level + 1) + (bands - higher) * keysWithin(width, level);
  return buckets * (BUCKET_COST + (count / 2 ** width) * CANDIDATE_COST);
}

/** Keys that differ from one in fewer than `level` bits. */
export function keysWithin(width: number, level: number): number {
  let sum = 0;
  let choose = 1;
  for (let bits = 0; bits < level; bits++) {
    sum += choose;
    choose = (choose * (width - bits)) / (bits + 1);
  }
  return sum;
}

/** For a width, all masks of fewer than `HIGHEST_LEVEL` bits, those of fewer bits first. */
export function masksOf(width: number): Uint32Array {
  let level = [0];
  const masks = [0];
  for (let bits = 1; bits < HIGHEST_LEVEL; bits++) {
    level = level.flatMap((mask) =>
      Array.from(
        { length: mask === 0 ? width : Math.clz32(mask & -mask) ^ 31 },
        (_, bit) => (mask | (1 << bit)) >>> 0,
      ),
    );
    masks.push(...level.toSorted((a, b) => a - b));
  }
  return Uint32Array.from(masks);
}
