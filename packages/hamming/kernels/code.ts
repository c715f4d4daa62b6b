/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import { ARRANGEMENT, COUNT, DELTA, ENTRY_BYTES, CODES, WIDTH } from '../src/fields';

/** Writes the code at `from` to `to` with its bits in the order of the bands; the two may be the same address. */
export function arrange(from: usize, to: usize): void {
  let row: usize = load<u32>(ARRANGEMENT);
  let a: u64 = 0;
  let b: u64 = 0;
  let c: u64 = 0;
  let d: u64 = 0;
  for (let i: usize = 0; i < 32; i++) {
    const at = row + ((<usize>load<u8>(from + i)) << 5);
    a |= load<u64>(at);
    b |= load<u64>(at, 8);
    c |= load<u64>(at, 16);
    d |= load<u64>(at, 24);
    row += 8192;
  }
  store<u64>(to, a);
  store<u64>(to, b, 8);
  store<u64>(to, c, 16);
  store<u64>(to, d, 24);
}

export function distance(a: usize, b: usize): u32 {
  return <u32>(
    (popcnt<u64>(load<u64>(a) ^ load<u64>(b)) +
      popcnt<u64>(load<u64>(a, 8) ^ load<u64>(b, 8)) +
      popcnt<u64>(load<u64>(a, 16) ^ load<u64>(b, 16)) +
      popcnt<u64>(load<u64>(a, 24) ^ load<u64>(b, 24)))
  );
}

/** The bits of a band of an arranged code. Needs no more than 32 bits from the byte where it starts: widths end at 25. */
export function bandKey(code: usize, band: u32): u32 {
  const width = load<u32>(WIDTH);
  const bit = band * width;
  return (load<u32>(code + (bit >> 3)) >> (bit & 7)) & ((1 << width) - 1);
}

/** Address of the arranged code at a position: the base's come first, then the delta's. */
export function codeAt(position: u32): usize {
  const count = load<u32>(COUNT);
  return position < count ? <usize>load<u32>(CODES) + ((<usize>position) << 5) : deltaEntry(position - count);
}

export function deltaEntry(i: u32): usize {
  return <usize>load<u32>(DELTA) + <usize>i * ENTRY_BYTES;
}
