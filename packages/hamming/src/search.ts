import type { Match } from './linear-index.ts';

/** An entry within the radius of a query. */
export interface Found extends Match {
  /** The number of the list that the entry is on. */
  readonly list: number;
}

export interface SearchOptions {
  /** Bits in which an entry may differ, 0 to 256; 31 unless told, the recommendation of the authors of PDQ. */
  readonly radius?: number;
  /** Only entries of these lists; all entries unless told. */
  readonly lists?: Iterable<number>;
}

/** Two entries within the radius of each other. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** What can be asked of an index, in whichever thread. Answers are exact: nothing within the radius is ever missed. */
export interface Searchable {
  /** Entries, duplicates counted. */
  readonly size: number;

  /**
   * Every entry within the radius of a code of 32 bytes, nearest first, then by payload, then by list. The number stands for
   * a radius. Throws a RangeError on a code of another length, or a radius or a list number out of its range.
   */
  search(code: Uint8Array, options?: number | SearchOptions): Found[];

  /** As `search`, for any number of codes one after the other: an answer for each. */
  searchMany(codes: Uint8Array, options?: number | SearchOptions): Found[][];

  /**
   * The `k` entries nearest to a code, in the order of `search`; all if there are fewer. `radius` limits how far they may be: 256
   * unless told. Throws a RangeError as `search` does, and if `k` is no integer of at least 0.
   */
  nearest(code: Uint8Array, k: number, options?: SearchOptions): Found[];

  /**
   * Every pair of entries within the radius of each other, once, by their payloads; equal payloads are pairs as well. Computed
   * as it is iterated: one query for each entry. What is added or removed meanwhile may or may not be seen.
   */
  pairs(options?: number | SearchOptions): Generator<Pair, void, undefined>;
}

export const DEFAULT_RADIUS = 31;
/** List numbers are 16 bits. */
export const HIGHEST_LIST = 0xffff;
/** Payloads are 32 bits. */
export const HIGHEST_PAYLOAD = 0xffff_ffff;

/** Throws a RangeError unless the number is an integer from 0 to `highest`. */
export function checkWithin(name: string, value: number, highest: number): number {
  if (!Number.isInteger(value) || value < 0 || value > highest)
    throw new RangeError(`${name} must be an integer from 0 to ${highest}, not ${value}`);
  return value;
}
