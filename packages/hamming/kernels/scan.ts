/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import { COUNT, SLOT_ARRANGED, SLOT_HISTOGRAM } from '../src/fields';
import { codeAt, distance } from './code';
import { isFull, isWanted, report } from './results';

/**
 * Compares the arranged query with every entry from one position to another, as long as there is room for results.
 * Returns the position to go on from. The longest loop of all, so it knows nothing but codes a fixed stride apart.
 */
export function scan(slot: usize, radius: u32, filtered: bool, from: u32, to: u32): u32 {
  const query = slot + SLOT_ARRANGED;
  const a = load<u64>(query);
  const b = load<u64>(query, 8);
  const c = load<u64>(query, 16);
  const d = load<u64>(query, 24);
  const end = endOfRun(from, to);
  const stride = strideAt(from);
  let at = codeAt(from);
  for (let position = from; position < end; position++) {
    const differing = <u32>(
      (popcnt<u64>(load<u64>(at) ^ a) +
        popcnt<u64>(load<u64>(at, 8) ^ b) +
        popcnt<u64>(load<u64>(at, 16) ^ c) +
        popcnt<u64>(load<u64>(at, 24) ^ d))
    );
    if (differing <= radius) {
      if (isFull(slot)) return position;
      if (isWanted(slot, position, filtered)) report(slot, position, differing);
    }
    at += stride;
  }
  return end;
}

/** Counts the entries from one position to another by their distance. Returns the position to go on from. */
export function countDistances(slot: usize, filtered: bool, from: u32, to: u32): u32 {
  const query = slot + SLOT_ARRANGED;
  const end = endOfRun(from, to);
  const stride = strideAt(from);
  let at = codeAt(from);
  for (let position = from; position < end; position++) {
    if (isWanted(slot, position, filtered)) {
      const counter = slot + SLOT_HISTOGRAM + (distance(query, at) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    at += stride;
  }
  return end;
}

/** A run stays within the base or within the delta. */
function endOfRun(from: u32, to: u32): u32 {
  const count = load<u32>(COUNT);
  return from < count ? min(to, count) : to;
}

function strideAt(position: u32): usize {
  return position < load<u32>(COUNT) ? 32 : 128;
}
