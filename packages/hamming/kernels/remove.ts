/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  BANDS,
  COUNT,
  DELTA_COUNT,
  ENTRY_NEXT,
  ENTRY_REMOVED,
  HEADS,
  NONE,
  POSTINGS,
  POSTING_STRIDE,
  REMOVALS,
  REMOVED,
  SLOT_ARRANGED,
  TABLES,
  TABLE_STRIDE,
} from '../src/fields';
import { bandKey, codeAt, deltaEntry, distance } from './code';
import { headOf, keyOf } from './delta';
import { isRemoved, listAt, payloadAt } from './results';

/** Removes one entry of exactly the arranged query's code with this payload, of this list or any. Tells whether there was one. */
export function remove(slot: usize, payload: u32, list: u32): bool {
  const position = find(slot, payload, list);
  if (position == NONE) return false;
  const removals = load<u32>(REMOVALS) + 1;
  store<u32>(REMOVALS, removals);
  const count = load<u32>(COUNT);
  if (position >= count) {
    atomic.store<u32>(deltaEntry(position - count), removals, ENTRY_REMOVED);
  } else {
    const at = <usize>load<u32>(REMOVED) + ((<usize>position >> 5) << 2);
    atomic.store<u32>(at, load<u32>(at) | (1 << (position & 31)));
  }
  return true;
}

function find(slot: usize, payload: u32, list: u32): u32 {
  const query = slot + SLOT_ARRANGED;
  let next = load<u32>(headOf(load<u32>(HEADS), 0, keyOf(query, 0)));
  const count = load<u32>(COUNT);
  while (next != 0) {
    if (isThis(query, count + next - 1, payload, list)) return count + next - 1;
    next = load<u32>(deltaEntry(next - 1), ENTRY_NEXT);
  }
  return load<u32>(BANDS) == 0
    ? findInOrder(query, 0, count, payload, list)
    : findInBuckets(query, payload, list);
}

/** The smallest bucket that would hold it is the quickest to look through. */
function findInBuckets(query: usize, payload: u32, list: u32): u32 {
  let best: u32 = 0;
  let least: u32 = u32.MAX_VALUE;
  const bands = load<u32>(BANDS);
  for (let band: u32 = 0; band < bands; band++) {
    const at = bucketAt(query, band);
    const size = load<u32>(at, 4) - load<u32>(at);
    if (size < least) {
      least = size;
      best = band;
    }
  }
  const at = bucketAt(query, best);
  const start = load<u32>(at);
  const end = load<u32>(at, 4);
  if (best == 0) return findInOrder(query, start, end, payload, list);
  const postings = <usize>load<u32>(POSTINGS) + <usize>(best - 1) * load<u32>(POSTING_STRIDE);
  for (let i = start; i < end; i++) {
    const position = load<u32>(postings + ((<usize>i) << 2));
    if (isThis(query, position, payload, list)) return position;
  }
  return NONE;
}

function findInOrder(query: usize, from: u32, to: u32, payload: u32, list: u32): u32 {
  for (let position = from; position < to; position++) {
    if (isThis(query, position, payload, list)) return position;
  }
  return NONE;
}

function isThis(query: usize, position: u32, payload: u32, list: u32): bool {
  return (
    distance(query, codeAt(position)) == 0 &&
    payloadAt(position) == payload &&
    (list == NONE || listAt(position) == list) &&
    !isRemoved(position)
  );
}

function bucketAt(query: usize, band: u32): usize {
  const table = <usize>load<u32>(TABLES) + <usize>band * load<u32>(TABLE_STRIDE);
  return table + ((<usize>bandKey(query, band)) << 2);
}
