/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  BANDS,
  LEVELS,
  MASKS,
  SLOT_ALLOTTED,
  SLOT_ARRANGED,
  SLOT_BUCKETS,
  SLOT_CHOICES,
  SLOT_COSTS,
  SLOT_COUNTS,
  TABLES,
  TABLE_STRIDE,
} from '../src/fields';
import { bandKey } from './code';

/*
 * The general pigeonhole principle (Qin et al., GPH, 2018): give each band a level, the radius it is probed with plus one, or 0
 * for a band that is left out. If the levels sum to the query's radius plus one, every code within that radius is within its
 * level in some band: else it would differ in at least `level` bits of each, which is one too many in sum.
 */

const ROW = 162;
const LEVELS_OF_BAND = 48;

/** Looks up the buckets of every band at exactly `radius` bits from the query's, after those of all smaller radii. */
export function probe(slot: usize, radius: u32): void {
  const bands = load<u32>(BANDS);
  for (let band: u32 = 0; band < bands; band++) probeBand(slot, band, radius);
}

function probeBand(slot: usize, band: u32, radius: u32): void {
  const key = bandKey(slot + SLOT_ARRANGED, band);
  const table = <usize>load<u32>(TABLES) + <usize>band * load<u32>(TABLE_STRIDE);
  const masks: usize = load<u32>(MASKS);
  const counts = slot + SLOT_COUNTS + band * LEVELS_OF_BAND + (radius << 3);
  const buckets = bucketsOf(slot, band);
  const end = load<u32>(<usize>LEVELS + ((<usize>radius + 1) << 2));
  let found: u32 = radius == 0 ? 0 : load<u32>(counts);
  let entries: u32 = radius == 0 ? 0 : load<u32>(counts, 4);
  for (let i = load<u32>(<usize>LEVELS + ((<usize>radius) << 2)); i < end; i++) {
    const at = table + ((<usize>(key ^ load<u32>(masks + ((<usize>i) << 2)))) << 2);
    const start = load<u32>(at);
    const size = load<u32>(at, 4) - start;
    // Stored in any case, and overwritten by the next if empty: a branch here would be guessed wrong too often.
    const bucket = buckets + ((<usize>found) << 3);
    store<u32>(bucket, start);
    store<u32>(bucket, size, 4);
    found += u32(size != 0);
    entries += size;
  }
  store<u32>(counts, found, 8);
  store<u32>(counts, entries, 12);
}

/**
 * Gives out `sum` levels so that the fewest entries have to be compared, none above `highest`. Returns their number.
 * Band by band: the best for k bands and a sum is the best, over the level of the last, for k - 1 bands and the rest.
 */
export function allot(slot: usize, sum: u32, highest: u32): u32 {
  const bands = load<u32>(BANDS);
  const costs = slot + SLOT_COSTS;
  const choices = slot + SLOT_CHOICES;
  for (let s: u32 = 0; s <= sum; s++) store<u32>(costs + ((<usize>s) << 2), s == 0 ? 0 : u32.MAX_VALUE);
  for (let band: u32 = 0; band < bands; band++) {
    const before = costs + ((band * ROW) << 2);
    const counts = slot + SLOT_COUNTS + band * LEVELS_OF_BAND;
    for (let s: u32 = 0; s <= sum; s++) {
      let least = load<u32>(before + ((<usize>s) << 2));
      let choice: u32 = 0;
      for (let level: u32 = 1; level <= min(highest, s); level++) {
        const rest = load<u32>(before + ((<usize>(s - level)) << 2));
        if (rest == u32.MAX_VALUE) continue;
        const cost = rest + load<u32>(counts + ((<usize>level) << 3), 4);
        if (cost < least) {
          least = cost;
          choice = level;
        }
      }
      store<u32>(before + ((ROW + s) << 2), least);
      store<u8>(choices + band * ROW + s, <u8>choice);
    }
  }
  let left = sum;
  for (let band = bands; band > 0; band--) {
    const level = load<u8>(choices + (band - 1) * ROW + left);
    store<u8>(slot + band - 1, level, SLOT_ALLOTTED);
    left -= level;
  }
  return load<u32>(costs + ((bands * ROW + sum) << 2));
}

export function bucketsOf(slot: usize, band: u32): usize {
  return slot + SLOT_BUCKETS + <usize>band * ((<usize>load<u32>(LEVELS, 20)) << 3);
}

/** Non-empty buckets of a band within its allotted level. */
export function bucketCount(slot: usize, band: u32): u32 {
  const level: u32 = load<u8>(slot + band, SLOT_ALLOTTED);
  return level == 0 ? 0 : load<u32>(slot + SLOT_COUNTS + band * LEVELS_OF_BAND + (level << 3));
}
