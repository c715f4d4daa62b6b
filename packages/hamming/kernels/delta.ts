/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  COUNT,
  DELTA_BANDS,
  DELTA_COUNT,
  ENTRY_LIST,
  ENTRY_NEXT,
  ENTRY_PAYLOAD,
  ENTRY_REMOVED,
  HEADS,
  SLOT_ARRANGED,
  SLOT_FOUND,
} from '../src/fields';
import { arrange, deltaEntry, distance } from './code';
import { isFull, isWanted, report } from './results';

/*
 * The delta is a multi-index of its own that can be added to while others read: 16 bands of 16 bits, whose buckets are chains.
 * An entry is complete before a head leads to it, and what a chain led to once it leads to for good.
 */

/** Adds the code at an address. The caller has made room. */
export function addToDelta(code: usize, payload: u32, list: u32): void {
  const position = load<u32>(DELTA_COUNT);
  const entry = deltaEntry(position);
  const heads: usize = load<u32>(HEADS);
  arrange(code, entry);
  store<u32>(entry, payload, ENTRY_PAYLOAD);
  store<u32>(entry, list, ENTRY_LIST);
  store<u32>(entry, 0, ENTRY_REMOVED);
  for (let band: u32 = 0; band < <u32>DELTA_BANDS; band++) {
    store<u32>(entry + (band << 2), load<u32>(headOf(heads, band, keyOf(entry, band))), ENTRY_NEXT);
  }
  atomic.store<u32>(DELTA_COUNT, position + 1);
  for (let band: u32 = 0; band < <u32>DELTA_BANDS; band++) {
    atomic.store<u32>(headOf(heads, band, keyOf(entry, band)), position + 1);
  }
}

/** As `searchBase`, among the entries of the delta. */
export function searchDelta(slot: usize, radius: u32, filtered: bool): bool {
  const count = atomic.load<u32>(DELTA_COUNT);
  if (count == 0) return true;
  const level = (radius + 1) / DELTA_BANDS;
  const higher = (radius + 1) % DELTA_BANDS;
  if (count < 512 || level > 2) return false;
  // Each entry is compared once in a scan: chains that lead to as many are no better.
  let budget = count;
  const found = load<u32>(slot, SLOT_FOUND);
  for (let band: u32 = 0; band < <u32>DELTA_BANDS; band++) {
    const own = level + u32(band < higher);
    if (own == 0) break;
    const key = keyOf(slot + SLOT_ARRANGED, band);
    budget = follow(slot, band, key, radius, filtered, budget);
    if (own > 1) {
      for (let a: u32 = 0; a < 16; a++) {
        budget = follow(slot, band, key ^ (1 << a), radius, filtered, budget);
        if (own == 2) continue;
        for (let b: u32 = 0; b < a; b++) {
          budget = follow(slot, band, key ^ (1 << a) ^ (1 << b), radius, filtered, budget);
        }
      }
    }
    if (budget == 0) {
      store<u32>(slot, found, SLOT_FOUND);
      return false;
    }
  }
  return true;
}

/** Compares the entries of one chain. Returns what is left of the budget: 0 if there was too little, or no room for results. */
function follow(slot: usize, band: u32, key: u32, radius: u32, filtered: bool, budget: u32): u32 {
  if (budget == 0) return 0;
  const query = slot + SLOT_ARRANGED;
  let next = atomic.load<u32>(headOf(load<u32>(HEADS), band, key));
  while (next != 0) {
    if (--budget == 0) return 0;
    const entry = deltaEntry(next - 1);
    const differing = distance(query, entry);
    if (differing <= radius && !wasSeen(query, entry, band, radius)) {
      const position = load<u32>(COUNT) + next - 1;
      if (isWanted(slot, position, filtered)) {
        if (isFull(slot)) return 0;
        report(slot, position, differing);
      }
    }
    next = load<u32>(entry + (band << 2), ENTRY_NEXT);
  }
  return budget;
}

function wasSeen(query: usize, entry: usize, band: u32, radius: u32): bool {
  const level = (radius + 1) / DELTA_BANDS;
  const higher = (radius + 1) % DELTA_BANDS;
  for (let earlier: u32 = 0; earlier < band; earlier++) {
    const differing = <u32>popcnt<u32>(keyOf(query, earlier) ^ keyOf(entry, earlier));
    if (differing < level + u32(earlier < higher)) return true;
  }
  return false;
}

export function keyOf(code: usize, band: u32): u32 {
  return load<u16>(code + (band << 1));
}

export function headOf(heads: usize, band: u32, key: u32): usize {
  return heads + ((<usize>band) << 18) + ((<usize>key) << 2);
}
