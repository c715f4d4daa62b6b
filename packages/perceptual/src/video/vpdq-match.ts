import { pdqFromHex } from '../index.ts';
import type { VpdqFrame } from './vpdq.ts';

/** How two videos are compared. Defaults are those of python-threatexchange. */
export interface VpdqMatchRule {
  /** Frames of a lower quality take no part; 50 unless told. */
  readonly minQuality?: number;
  /** Two frames are alike up to this many bits apart; 31 unless told. */
  readonly maxDistance?: number;
  /** Of the frames of the query, at least so many in a hundred must be found in the other; 80 unless told. */
  readonly minQueryPercent?: number;
  /** Of the frames of the other, at least so many in a hundred must be found in the query; 0 unless told. */
  readonly minComparedPercent?: number;
}

export interface VpdqComparison {
  readonly matches: boolean;
  /** Share of the query's frames that have a counterpart, 0 to 100. */
  readonly queryPercent: number;
  /** Share of the compared video's frames that have a counterpart, 0 to 100. */
  readonly comparedPercent: number;
  /** Frames that took part: of good quality, and of equal ones only the first. */
  readonly queryFrames: number;
  /** As `queryFrames`. */
  readonly comparedFrames: number;
}

type ComparedFrame = Pick<VpdqFrame, 'hash' | 'quality'>;

/**
 * Compares two vPDQ hashes: how much of each is in the other. Both shares are 0, and nothing
 * matches, if either has no frame that is fit to be compared.
 *
 * The implementations differ. python-threatexchange, which is followed here, drops repeated hashes and
 * takes a distance of 31 for alike; the one in C++ counts repeated hashes and takes up to 30, since it asks
 * for less than 31: pass `maxDistance: 30` for its notion of alike.
 * Throws a SyntaxError if a hash is not 64 hex digits.
 */
export function compareVpdq(
  query: readonly ComparedFrame[],
  compared: readonly ComparedFrame[],
  { minQuality = 50, maxDistance = 31, minQueryPercent = 80, minComparedPercent = 0 }: VpdqMatchRule = {},
): VpdqComparison {
  const queryWords = comparableWords(query, minQuality);
  const comparedWords = comparableWords(compared, minQuality);
  const queryFrames = queryWords.length / WORDS;
  const comparedFrames = comparedWords.length / WORDS;
  const queryPercent = percentFound(queryWords, comparedWords, maxDistance);
  const comparedPercent = percentFound(comparedWords, queryWords, maxDistance);
  return {
    matches:
      queryFrames > 0 &&
      comparedFrames > 0 &&
      queryPercent >= minQueryPercent &&
      comparedPercent >= minComparedPercent,
    queryPercent,
    comparedPercent,
    queryFrames,
    comparedFrames,
  };
}

/** 256 bits as words of 32. */
const WORDS = 8;

function comparableWords(frames: readonly ComparedFrame[], minQuality: number): Uint32Array {
  const fit = frames.filter(({ quality }) => quality >= minQuality);
  const hashes = [...new Set(fit.map(({ hash }) => hash.toLowerCase()))];
  const bytes = new Uint8Array(hashes.length * WORDS * 4);
  hashes.forEach((hash, i) => bytes.set(pdqFromHex(hash), i * WORDS * 4));
  return new Uint32Array(bytes.buffer);
}

function percentFound(wanted: Uint32Array, among: Uint32Array, maxDistance: number): number {
  if (wanted.length === 0 || among.length === 0) return 0;
  let found = 0;
  for (let at = 0; at < wanted.length; at += WORDS) if (isAmong(wanted, at, among, maxDistance)) found++;
  return (found * 100) / (wanted.length / WORDS);
}

function isAmong(wanted: Uint32Array, at: number, among: Uint32Array, maxDistance: number): boolean {
  for (let other = 0; other < among.length; other += WORDS) {
    let distance = 0;
    for (let i = 0; i < WORDS && distance <= maxDistance; i++) {
      distance += onesOf(wanted[at + i]! ^ among[other + i]!);
    }
    if (distance <= maxDistance) return true;
  }
  return false;
}

/** Counts bits in pairs, then in fours, then sums the bytes by a multiplication. */
function onesOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
