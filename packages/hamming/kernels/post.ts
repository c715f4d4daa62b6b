/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  CODES,
  PAYLOADS,
  POSTINGS,
  POSTING_STRIDE,
  STAGED_CODES,
  TABLES,
  TABLE_STRIDE,
  WIDTH,
} from '../src/fields';
import { bandKey } from './code';

/*
 * A band's table is larger than any cache, so a plain counting sort waits for memory at each entry. Here the entries first go to
 * parts by the highest bits of their keys, each part to its stretch of the postings; what is left of the keys goes along with them,
 * two bytes each. Then each part is sorted in a corner of the table that a cache holds.
 *
 * The first band is sorted as the others are, but as it is staged, and in the place of the payloads: its postings are only needed to
 * put the entries in order.
 */

/** Bits of a key that do not say its part: at most 16. */
export function partShift(): u32 {
  const width = load<u32>(WIDTH);
  return width > 24 ? width - 9 : width - 8;
}

/** Writes the positions of a run to their parts. `places` has, for each part, where the next one comes. */
export function fillParts(band: u32, from: u32, to: u32, places: usize, keys: usize): void {
  const width = load<u32>(WIDTH);
  const bit = band * width;
  const mask: u32 = (1 << width) - 1;
  const shift = partShift();
  const postings = postingsOf(band);
  let at = codesOf(band) + (bit >> 3) + ((<usize>from) << 5);
  for (let i = from; i < to; i++) {
    const key = (load<u32>(at) >> (bit & 7)) & mask;
    const word = places + ((<usize>(key >> shift)) << 2);
    const place: usize = load<u32>(word);
    store<u32>(word, <u32>place + 1);
    store<u32>(postings + (place << 2), i);
    store<u16>(keys + (place << 1), <u16>key);
    at += 32;
  }
}

/**
 * Counts the entries of a part, from one place to another, by their keys, and sums up, so that a key's word in the table is where its
 * entries end. The words are written before they are read: that halves what it costs to touch them for the first time.
 */
export function countPart(band: u32, part: u32, start: u32, end: u32, keys: usize): void {
  const shift = partShift();
  const mask: u32 = (1 << shift) - 1;
  const corner = cornerOf(band, part);
  memory.fill(corner, 0, (<usize>4) << shift);
  for (let i: usize = start; i < <usize>end; i++) {
    const word = corner + ((<usize>(<u32>load<u16>(keys + (i << 1)) & mask)) << 2);
    store<u32>(word, load<u32>(word) + 1);
  }
  let sum = start;
  for (let key: u32 = 0; key <= mask; key++) {
    const word = corner + ((<usize>key) << 2);
    sum += load<u32>(word);
    store<u32>(word, sum);
  }
}

/** Places the entries of a part that is counted, from the last to the first, so that a key's word ends as where they start. */
export function placePart(band: u32, part: u32, start: u32, end: u32, keys: usize, scratch: usize): void {
  const mask: u32 = (1 << partShift()) - 1;
  const corner = cornerOf(band, part);
  const postings = postingsOf(band);
  memory.copy(scratch, postings + ((<usize>start) << 2), (<usize>(end - start)) << 2);
  const positions = scratch - ((<usize>start) << 2);
  for (let i: usize = end; i-- > <usize>start; ) {
    const word = corner + ((<usize>(<u32>load<u16>(keys + (i << 1)) & mask)) << 2);
    const place: usize = load<u32>(word) - 1;
    store<u32>(word, <u32>place);
    store<u32>(postings + (place << 2), load<u32>(positions + (i << 2)));
  }
}

/** The same from the codes, for a part that does not fit into the scratch: of a run of all, those that belong to it. Begins with the last run. */
export function placeCrowdedPart(band: u32, part: u32, from: u32, to: u32): void {
  const shift = partShift();
  const mask: u32 = (1 << shift) - 1;
  const codes = codesOf(band);
  const corner = cornerOf(band, part);
  const postings = postingsOf(band);
  for (let i = to; i-- > from; ) {
    const key = bandKey(codes + ((<usize>i) << 5), band);
    if (key >> shift != part) continue;
    const word = corner + ((<usize>(key & mask)) << 2);
    const place: usize = load<u32>(word) - 1;
    store<u32>(word, <u32>place);
    store<u32>(postings + (place << 2), i);
  }
}

/** The part's words of the table. */
function cornerOf(band: u32, part: u32): usize {
  const table = <usize>load<u32>(TABLES) + <usize>band * load<u32>(TABLE_STRIDE);
  return table + ((<usize>(part << partShift())) << 2);
}

function codesOf(band: u32): usize {
  return band == 0 ? load<u32>(STAGED_CODES) : load<u32>(CODES);
}

function postingsOf(band: u32): usize {
  if (band == 0) return load<u32>(PAYLOADS);
  return <usize>load<u32>(POSTINGS) + <usize>(band - 1) * load<u32>(POSTING_STRIDE);
}
