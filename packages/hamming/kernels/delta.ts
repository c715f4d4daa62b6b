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
  SLOT_CANDIDATES,
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
    budget = follow(slot, band, begin(slot, band, own), radius, filtered, budget);
    if (budget == 0) {
      store<u32>(slot, found, SLOT_FOUND);
      return false;
    }
  }
  return true;
}

/** Puts the heads of the chains within a level of the query's key among the candidates. Returns how many there are. */
function begin(slot: usize, band: u32, level: u32): u32 {
  const key = keyOf(slot + SLOT_ARRANGED, band);
  let count = push(slot, band, key, 0);
  if (level == 1) return count;
  for (let a: u32 = 0; a < 16; a++) {
    count = push(slot, band, key ^ (1 << a), count);
    if (level == 2) continue;
    for (let b: u32 = 0; b < a; b++) count = push(slot, band, key ^ (1 << a) ^ (1 << b), count);
  }
  return count;
}

function push(slot: usize, band: u32, key: u32, count: u32): u32 {
  const head = atomic.load<u32>(headOf(load<u32>(HEADS), band, key));
  store<u32>(slot + ((<usize>count) << 2), head, SLOT_CANDIDATES);
  return count + u32(head != 0);
}

/**
 * Compares the entries of all these chains, one of each in turn, so that many reads are under way at a time. Returns what is
 * left of the budget: 0 if there was too little, or no room for results.
 */
function follow(slot: usize, band: u32, chains: u32, radius: u32, filtered: bool, budget: u32): u32 {
  const query = slot + SLOT_ARRANGED;
  const base = load<u32>(COUNT);
  const frontier = slot + SLOT_CANDIDATES;
  while (chains != 0) {
    if (budget <= chains) return 0;
    budget -= chains;
    let left: u32 = 0;
    for (let i: u32 = 0; i < chains; i++) {
      const position = load<u32>(frontier + ((<usize>i) << 2)) - 1;
      const entry = deltaEntry(position);
      const next = load<u32>(entry + (band << 2), ENTRY_NEXT);
      store<u32>(frontier + ((<usize>left) << 2), next);
      left += u32(next != 0);
      const differing = distance(query, entry);
      if (differing > radius || wasSeen(query, entry, band, radius)) continue;
      if (!isWanted(slot, base + position, filtered)) continue;
      if (isFull(slot)) return 0;
      report(slot, base + position, differing);
    }
    chains = left;
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
