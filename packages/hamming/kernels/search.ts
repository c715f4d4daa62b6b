/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  BANDS,
  CANDIDATE_CAPACITY,
  CODES,
  COUNT,
  HIGHEST_LEVEL,
  LEVELS,
  POSTINGS,
  POSTING_STRIDE,
  SLOT_ALLOTTED,
  SLOT_ARRANGED,
  SLOT_CANDIDATES,
} from '../src/fields';
import { allot, bucketCount, bucketsOf, probe } from './allot';
import { bandKey } from './code';
import { isFull, isWanted, report } from './results';

/*
 * What things cost, in tenths of a nanosecond, measured on ten million codes: looking up a bucket and comparing a candidate are
 * reads from memory that no cache has; a scan reads ahead.
 */
const BUCKET_COST: u64 = 60;
const CANDIDATE_COST: u64 = 200;
const SCAN_COST: u64 = 17;

/**
 * Reports the base's entries within the radius of the arranged query. Returns false if a scan is cheaper, or there are more
 * results than the slot holds: then some may have been reported, and the caller starts anew with a scan.
 */
export function searchBase(slot: usize, radius: u32, filtered: bool): bool {
  if (load<u32>(COUNT) == 0) return true;
  const worst = <u64>load<u32>(COUNT) * SCAN_COST;
  const bands = load<u32>(BANDS);
  const sum = radius + 1;
  if (sum > bands * HIGHEST_LEVEL) return false;
  // The least level that can be given to all alike. Probing further pays once its buckets turn out to be crowded.
  let highest = (sum + bands - 1) / bands;
  if (<u64>bands * load<u32>(LEVELS + (highest << 2)) * BUCKET_COST > worst) return false;
  for (let level: u32 = 0; level < highest; level++) probe(slot, level);
  let cost = <u64>allot(slot, sum, highest) * CANDIDATE_COST;
  while (highest < <u32>HIGHEST_LEVEL) {
    const masks = load<u32>(LEVELS + ((highest + 1) << 2)) - load<u32>(LEVELS + (highest << 2));
    if (min(cost, worst) < <u64>bands * masks * BUCKET_COST * 2) break;
    probe(slot, highest);
    highest++;
    cost = <u64>allot(slot, sum, highest) * CANDIDATE_COST;
  }
  if (cost > worst) return false;
  for (let band: u32 = 0; band < bands; band++) {
    if (!searchBand(slot, band, radius, filtered)) return false;
  }
  return true;
}

/** First gathers the positions, then compares their codes: so that many reads are under way at a time. */
function searchBand(slot: usize, band: u32, radius: u32, filtered: bool): bool {
  const buckets = bucketsOf(slot, band);
  const count = bucketCount(slot, band);
  const candidates = slot + SLOT_CANDIDATES;
  const postings = <usize>load<u32>(POSTINGS) + (<usize>band - 1) * load<u32>(POSTING_STRIDE);
  let gathered: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const start = load<u32>(buckets + ((<usize>i) << 3));
    const end = start + load<u32>(buckets + ((<usize>i) << 3), 4);
    for (let at = start; at < end; at++) {
      const position = band == 0 ? at : load<u32>(postings + ((<usize>at) << 2));
      store<u32>(candidates + ((<usize>gathered) << 2), position);
      if (++gathered == CANDIDATE_CAPACITY) {
        if (!compare(slot, band, gathered, radius, filtered)) return false;
        gathered = 0;
      }
    }
  }
  return compare(slot, band, gathered, radius, filtered);
}

function compare(slot: usize, band: u32, count: u32, radius: u32, filtered: bool): bool {
  const query = slot + SLOT_ARRANGED;
  const a = load<u64>(query);
  const b = load<u64>(query, 8);
  const c = load<u64>(query, 16);
  const d = load<u64>(query, 24);
  const codes: usize = load<u32>(CODES);
  const candidates = slot + SLOT_CANDIDATES;
  for (let i: u32 = 0; i < count; i++) {
    const position = load<u32>(candidates + ((<usize>i) << 2));
    const at = codes + ((<usize>position) << 5);
    const differing = <u32>(
      (popcnt<u64>(load<u64>(at) ^ a) +
        popcnt<u64>(load<u64>(at, 8) ^ b) +
        popcnt<u64>(load<u64>(at, 16) ^ c) +
        popcnt<u64>(load<u64>(at, 24) ^ d))
    );
    if (differing > radius || wasSeen(slot, band, at) || !isWanted(slot, position, filtered)) continue;
    if (isFull(slot)) return false;
    report(slot, position, differing);
  }
  return true;
}

/** Whether an earlier band has led to this code already: an entry belongs to the first band that finds it. */
function wasSeen(slot: usize, band: u32, code: usize): bool {
  const query = slot + SLOT_ARRANGED;
  for (let earlier: u32 = 0; earlier < band; earlier++) {
    const differing = popcnt<u32>(bandKey(query, earlier) ^ bandKey(code, earlier));
    if (differing < <u32>load<u8>(slot + earlier, SLOT_ALLOTTED)) return true;
  }
  return false;
}
