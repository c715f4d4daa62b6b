/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  BANDS,
  CODES,
  LISTS,
  PARTS,
  PAYLOADS,
  STAGED_CODES,
  STAGED_LISTS,
  STAGED_PAYLOADS,
  WIDTH,
} from '../src/fields';
import { arrange } from './code';
import { partShift } from './post';

/*
 * Steps of building a base take runs of positions, because an engine puts its optimized code in place between calls. `counts` has
 * PARTS words for each band, where one step counts the entries of its positions: see `post.ts`.
 */

/** Entries whose codes are copied at a time: many reads are under way, and what is copied is still at hand to be counted. */
const BATCH: u32 = 256;

/** Arranges the staged codes of a run, in place, and counts them for the first band. */
export function arrangeRun(from: u32, to: u32, counts: usize): void {
  const mask: u32 = (1 << load<u32>(WIDTH)) - 1;
  const shift = partShift();
  let at = <usize>load<u32>(STAGED_CODES) + ((<usize>from) << 5);
  for (let i = from; i < to; i++) {
    arrange(at, at);
    const word = counts + ((<usize>((load<u32>(at) & mask) >> shift)) << 2);
    store<u32>(word, load<u32>(word) + 1);
    at += 32;
  }
}

/** Copies the staged entries of a run as they are, for a base without bands. */
export function placeInOrder(from: u32, to: u32): void {
  for (let i = from; i < to; i++) placeEntry(i, i);
}

/** Copies the staged entries that come at the places of a run, and counts them for the further bands. Where they are staged stands in place of their payloads. */
export function placeRun(from: u32, to: u32, counts: usize): void {
  const payloads: usize = load<u32>(PAYLOADS);
  for (let start = from; start < to; start += BATCH) {
    const end = min(to, start + BATCH);
    for (let i = start; i < end; i++) placeEntry(load<u32>(payloads + ((<usize>i) << 2)), i);
    countBands(start, end, counts);
  }
}

function placeEntry(from: u32, to: u32): void {
  const source = <usize>load<u32>(STAGED_CODES) + ((<usize>from) << 5);
  const target = <usize>load<u32>(CODES) + ((<usize>to) << 5);
  const payload = load<u32>(<usize>load<u32>(STAGED_PAYLOADS) + ((<usize>from) << 2));
  const list = load<u16>(<usize>load<u32>(STAGED_LISTS) + ((<usize>from) << 1));
  v128.store(target, v128.load(source));
  v128.store(target, v128.load(source, 16), 16);
  store<u32>(<usize>load<u32>(PAYLOADS) + ((<usize>to) << 2), payload);
  store<u16>(<usize>load<u32>(LISTS) + ((<usize>to) << 1), list);
}

function countBands(from: u32, to: u32, counts: usize): void {
  const bands = load<u32>(BANDS);
  const width = load<u32>(WIDTH);
  const mask: u32 = (1 << width) - 1;
  const shift = partShift();
  const codes = <usize>load<u32>(CODES) + ((<usize>from) << 5);
  for (let band: u32 = 1; band < bands; band++) {
    const bit = band * width;
    const words = counts + ((<usize>(band * <u32>PARTS)) << 2);
    let at = codes + (bit >> 3);
    for (let i = from; i < to; i++) {
      const word = words + ((<usize>(((load<u32>(at) >> (bit & 7)) & mask) >> shift)) << 2);
      store<u32>(word, load<u32>(word) + 1);
      at += 32;
    }
  }
}
