import { bitCount, CODE_BITS, CODE_BYTES } from './code.ts';
import { originalOrder } from './layout.ts';
import type { Bands } from './bands.ts';

/**
 * An order of the bits in which the bands split a sample of codes as evenly as possible. Takes the codes one after the other, and
 * gives, for each place in the new order, the bit that comes there.
 *
 * Two things make buckets crowded: bits that are nearly always the same, and bits that say what another one in the band
 * has said. So bits are placed by falling dependence on all others, each into the band where it repeats least; what is left over
 * when the bands are full is used by no band. Measured by mutual information, which sees both.
 */
export function chooseBitOrder(sample: Uint8Array, { bands, width }: Bands): Uint8Array {
  const count = Math.floor(sample.length / CODE_BYTES / 32) * 32;
  if (count === 0 || bands === 0) return originalOrder();
  const columns = columnsOf(sample, count);
  const ones = columns.map((column) => column.reduce((sum, word) => sum + bitCount(word), 0));
  const shared = mutualInformation(columns, ones, count);
  const entropy = ones.map((one) => surprise(one / count) + surprise(1 - one / count));
  const dependence = shared.map((row) => row.reduce((sum, value) => sum + value, 0));

  const places = new Uint8Array(CODE_BITS);
  const members: number[][] = Array.from({ length: bands }, () => []);
  const spare: number[] = [];
  const byEntropy = originalOrder().toSorted((a, b) => entropy[b]! - entropy[a]!);
  const used = byEntropy.slice(0, bands * width);
  spare.push(...byEntropy.slice(bands * width));
  for (const bit of used.toSorted((a, b) => dependence[b]! - dependence[a]!)) {
    let best: number[] | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const band of members) {
      if (band.length === width) continue;
      const repeated = band.reduce((sum, other) => sum + shared[bit]![other]!, 0);
      // Of bands that repeat alike, the one that says least so far.
      const cost = repeated + 1e-6 * band.reduce((sum, other) => sum + entropy[other]!, 0);
      if (cost < least) {
        least = cost;
        best = band;
      }
    }
    best!.push(bit);
  }
  places.set([...members.flat(), ...spare]);
  return places;
}

/** Each bit's values over all codes of the sample, 32 to a word. */
function columnsOf(sample: Uint8Array, count: number): Uint32Array[] {
  const columns = Array.from({ length: CODE_BITS }, () => new Uint32Array(count / 32));
  for (let i = 0; i < count; i++) {
    for (let bit = 0; bit < CODE_BITS; bit++) {
      if ((sample[i * CODE_BYTES + (bit >> 3)]! >> (bit & 7)) & 1) columns[bit]![i >> 5]! |= 1 << (i & 31);
    }
  }
  return columns;
}

/** In bits, for each pair; 0 of a bit with itself, since it is placed once. */
function mutualInformation(columns: Uint32Array[], ones: number[], count: number): Float64Array[] {
  const table = columns.map(() => new Float64Array(CODE_BITS));
  for (let a = 0; a < CODE_BITS; a++) {
    for (let b = 0; b < a; b++) {
      let both = 0;
      for (let i = 0; i < count / 32; i++) both += bitCount(columns[a]![i]! & columns[b]![i]!);
      const joint = [both, ones[a]! - both, ones[b]! - both, count - ones[a]! - ones[b]! + both];
      const [pa, pb] = [ones[a]! / count, ones[b]! / count];
      const own = surprise(pa) + surprise(1 - pa) + surprise(pb) + surprise(1 - pb);
      const value = Math.max(0, own - joint.reduce((sum, n) => sum + surprise(n / count), 0));
      table[a]![b] = value;
      table[b]![a] = value;
    }
  }
  return table;
}

function surprise(p: number): number {
  return p <= 0 ? 0 : -p * Math.log2(p);
}
