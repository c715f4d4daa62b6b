/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  CODES,
  LISTS,
  PAYLOADS,
  POSTINGS,
  POSTING_STRIDE,
  STAGED_CODES,
  STAGED_LISTS,
  STAGED_PAYLOADS,
  TABLES,
  TABLE_STRIDE,
} from '../src/fields';
import { bandKey } from './code';

/*
 * Counting sorts, in three steps: count the keys into the table; sum up, so that a key's word is where its entries end; place
 * the entries from the last to the first, lowering the word each time, so that it ends as where they start. What fills a
 * table has found it empty. Steps take runs of positions, because an engine puts its optimized code in place between calls.
 */

/** Counts the staged entries of a run whose first band is from `low` to below `high`. Returns how many are below `low`. */
export function countFirstBand(from: u32, to: u32, low: u32, high: u32): u32 {
  const table: usize = load<u32>(TABLES);
  let code = <usize>load<u32>(STAGED_CODES) + ((<usize>from) << 5);
  let below: u32 = 0;
  for (let i = from; i < to; i++) {
    const key = bandKey(code, 0);
    if (key < low) below++;
    else if (key < high) increment(table + ((<usize>key) << 2));
    code += 32;
  }
  return below;
}

/** Copies those entries to where they belong in the order of that band. */
export function placeFirstBand(from: u32, to: u32, low: u32, high: u32): void {
  const staged: usize = load<u32>(STAGED_CODES);
  const table: usize = load<u32>(TABLES);
  for (let i = to; i-- > from; ) {
    const key = bandKey(staged + ((<usize>i) << 5), 0);
    if (key >= low && key < high) placeEntry(i, decrement(table + ((<usize>key) << 2)));
  }
}

/** Copies the staged entries of a run as they are, for a base without bands. */
export function placeInOrder(from: u32, to: u32): void {
  for (let i = from; i < to; i++) placeEntry(i, i);
}

/** Counts the entries of a run by a further band. */
export function countBand(band: u32, from: u32, to: u32): void {
  const table = tableOf(band);
  let code = <usize>load<u32>(CODES) + ((<usize>from) << 5);
  for (let i = from; i < to; i++) {
    increment(table + ((<usize>bandKey(code, band)) << 2));
    code += 32;
  }
}

/** Writes the postings of that band. */
export function postBand(band: u32, from: u32, to: u32): void {
  const codes: usize = load<u32>(CODES);
  const table = tableOf(band);
  const postings = <usize>load<u32>(POSTINGS) + <usize>(band - 1) * load<u32>(POSTING_STRIDE);
  for (let i = to; i-- > from; ) {
    const place = decrement(table + ((<usize>bandKey(codes + ((<usize>i) << 5), band)) << 2));
    store<u32>(postings + ((<usize>place) << 2), i);
  }
}

/** Sums up the words of a run of keys, beginning with the sum of those before. Returns the sum of all up to here. */
export function sumUp(band: u32, low: u32, high: u32, before: u32): u32 {
  const table = tableOf(band);
  let sum = before;
  for (let key = low; key < high; key++) {
    const at = table + ((<usize>key) << 2);
    sum += load<u32>(at);
    store<u32>(at, sum);
  }
  return sum;
}

export function tableOf(band: u32): usize {
  return <usize>load<u32>(TABLES) + <usize>band * load<u32>(TABLE_STRIDE);
}

function placeEntry(from: u32, to: u32): void {
  memory.copy(
    <usize>load<u32>(CODES) + ((<usize>to) << 5),
    <usize>load<u32>(STAGED_CODES) + ((<usize>from) << 5),
    32,
  );
  store<u32>(
    <usize>load<u32>(PAYLOADS) + ((<usize>to) << 2),
    load<u32>(<usize>load<u32>(STAGED_PAYLOADS) + ((<usize>from) << 2)),
  );
  store<u16>(
    <usize>load<u32>(LISTS) + ((<usize>to) << 1),
    load<u16>(<usize>load<u32>(STAGED_LISTS) + ((<usize>from) << 1)),
  );
}

export function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

export function decrement(at: usize): u32 {
  const value = load<u32>(at) - 1;
  store<u32>(at, value);
  return value;
}
