/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import { CODES, POSTINGS, POSTING_STRIDE, SCRATCH_ENTRIES, SCRATCH_STARTS, WIDTH } from '../src/fields';
import { bandKey } from './code';
import { decrement, increment, sumUp, tableOf } from './construct';

/*
 * A band's table is larger than any cache, so a plain counting sort waits for memory at each entry. Here the entries first go to
 * 256 parts by the highest bits of their keys, in the place of the postings; then each part is sorted in a corner of the table
 * that a cache holds. `scratch` belongs to one thread.
 */

const PARTS: u32 = 256;

/** Counts the entries of a run by part. */
export function countParts(scratch: usize, band: u32, from: u32, to: u32): void {
  const shift = load<u32>(WIDTH) - 8;
  let code = <usize>load<u32>(CODES) + ((<usize>from) << 5);
  for (let i = from; i < to; i++) {
    increment(scratch + ((<usize>(bandKey(code, band) >> shift)) << 2));
    code += 32;
  }
}

/** Turns the counts into the places where the parts begin, kept twice: to be moved on, and to be remembered. Returns the largest count. */
export function startParts(scratch: usize): u32 {
  let start: u32 = 0;
  let largest: u32 = 0;
  for (let part: u32 = 0; part < PARTS; part++) {
    const at = scratch + ((<usize>part) << 2);
    const count = load<u32>(at);
    largest = max(largest, count);
    store<u32>(at, start);
    store<u32>(at, start, SCRATCH_STARTS);
    start += count;
  }
  store<u32>(scratch + ((<usize>PARTS) << 2), start, SCRATCH_STARTS);
  return largest;
}

/** Writes the positions of a run to their parts. */
export function fillParts(scratch: usize, band: u32, from: u32, to: u32): void {
  const shift = load<u32>(WIDTH) - 8;
  const postings = postingsOf(band);
  let code = <usize>load<u32>(CODES) + ((<usize>from) << 5);
  for (let i = from; i < to; i++) {
    const at = scratch + ((<usize>(bandKey(code, band) >> shift)) << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u32>(postings + ((<usize>place) << 2), i);
    code += 32;
  }
}

/** Sorts a part, and fills its words of the table. */
export function sortPart(scratch: usize, band: u32, part: u32): void {
  const codes: usize = load<u32>(CODES);
  const table = tableOf(band);
  const shift = load<u32>(WIDTH) - 8;
  const start = load<u32>(scratch + ((<usize>part) << 2), SCRATCH_STARTS);
  const count = load<u32>(scratch + ((<usize>part) << 2), SCRATCH_STARTS + 4) - start;
  const postings = postingsOf(band) + ((<usize>start) << 2);
  const entries = scratch + SCRATCH_ENTRIES;
  for (let i: usize = 0; i < count; i++) {
    const position = load<u32>(postings + (i << 2));
    const key = bandKey(codes + ((<usize>position) << 5), band);
    store<u32>(entries + (i << 3), position);
    store<u32>(entries + (i << 3), key, 4);
  }
  for (let i: usize = 0; i < count; i++) increment(table + ((<usize>load<u32>(entries + (i << 3), 4)) << 2));
  sumUp(band, part << shift, (part + 1) << shift, start);
  const all = postingsOf(band);
  for (let i: usize = count; i-- > 0; ) {
    const place = decrement(table + ((<usize>load<u32>(entries + (i << 3), 4)) << 2));
    store<u32>(all + ((<usize>place) << 2), load<u32>(entries + (i << 3)));
  }
}

function postingsOf(band: u32): usize {
  return <usize>load<u32>(POSTINGS) + <usize>(band - 1) * load<u32>(POSTING_STRIDE);
}
