import { type Bands, keysWithin, masksOf } from './bands.ts';
import { CODE_BITS, CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { MOST_PAGES, PAGE_BYTES, type SharedMemory, wasm } from './web-assembly.ts';

/** Readers of one index at the same time, the owner among them. */
export const MOST_READERS = 32;

const FIRST_DELTA_ENTRIES = 512;
const DELTA_KEYS = 65_536;
/** What a build needs where the slots are, besides two bytes an entry: see `workspace.ts`. */
const WORKSPACE_BYTES = 2 ** 23;
const KEY_BYTES = 2;

/** What a memory is laid out for. `capacity` entries can be staged, of which `count` are. */
export interface Shape extends Bands {
  readonly capacity: number;
}

/**
 * A memory with an empty base of this shape. Throws a RangeError if it would not fit into 4 GiB, which happens a little
 * above 30 million entries.
 */
export function createMemory(shape: Shape, bitOrder: Uint8Array): SharedMemory {
  const { addresses, end } = layOut(shape);
  const pages = Math.ceil((end + FIRST_DELTA_ENTRIES * field.ENTRY_BYTES) / PAGE_BYTES);
  if (pages > MOST_PAGES)
    throw new RangeError(`an index of ${shape.capacity} codes does not fit into the 4 GiB of its memory`);
  const memory = new wasm.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  const header = new Uint32Array(memory.buffer, 0, field.HEADER_BYTES / 4);
  for (const [at, value] of addresses) header[at / 4] = value;
  if (shape.bands > 0) {
    new Uint32Array(memory.buffer, header[field.MASKS / 4]).set(masksOf(shape.width));
    for (let level = 0; level <= field.HIGHEST_LEVEL; level++)
      header[field.LEVELS / 4 + level] = keysWithin(shape.width, level);
  }
  writeBitOrder(memory, bitOrder);
  return memory;
}

/** The order in which a base has the bits of its codes: for each bit of the arranged code, which of the original it is. */
export function bitOrderOf(memory: SharedMemory): Uint8Array {
  return new Uint8Array(memory.buffer, field.BIT_ORDER, CODE_BITS);
}

/** Writes the order, and the table by which the kernels put codes into it. `from` is the order that the codes have now. */
export function writeBitOrder(memory: SharedMemory, order: Uint8Array, from = originalOrder()): void {
  const table = new Uint8Array(
    memory.buffer,
    wordAt(memory, field.ARRANGEMENT),
    CODE_BYTES * 256 * CODE_BYTES,
  ).fill(0);
  const placeNow = new Uint8Array(CODE_BITS);
  from.forEach((bit, place) => {
    placeNow[bit] = place;
  });
  order.forEach((bit, place) => {
    const now = placeNow[bit]!;
    const rows = (now >> 3) * 256;
    for (let value = 0; value < 256; value++) {
      if ((value >> (now & 7)) & 1) table[(rows + value) * CODE_BYTES + (place >> 3)]! |= 1 << (place & 7);
    }
  });
  bitOrderOf(memory).set(order);
}

export function originalOrder(): Uint8Array {
  return Uint8Array.from({ length: CODE_BITS }, (_, bit) => bit);
}

export function wordAt(memory: SharedMemory, at: number): number {
  return Atomics.load(new Uint32Array(memory.buffer, at, 1), 0);
}

export function setWord(memory: SharedMemory, at: number, value: number): void {
  Atomics.store(new Uint32Array(memory.buffer, at, 1), 0, value);
}

function layOut({ capacity, bands, width }: Shape): { addresses: [number, number][]; end: number } {
  let end = field.HEADER_BYTES;
  const take = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const tableStride = Math.ceil((4 * (2 ** width + 1)) / 64) * 64;
  const postingStride = Math.ceil(capacity / 16) * 64;
  const masks = bands === 0 ? 0 : keysWithin(width, field.HIGHEST_LEVEL);
  const slotBytes = Math.ceil((field.SLOT_BUCKETS + bands * masks * 8) / 4096) * 4096;
  const addresses: [number, number][] = [
    [field.BANDS, bands],
    [field.WIDTH, width],
    [field.TABLE_STRIDE, tableStride],
    [field.POSTING_STRIDE, postingStride],
    [field.SLOT_BYTES, slotBytes],
    [field.MASKS, take(masks * 4)],
    [field.ARRANGEMENT, take(CODE_BYTES * 256 * CODE_BYTES)],
    [field.SLOTS, take(Math.max(slotBytes * MOST_READERS, WORKSPACE_BYTES + capacity * KEY_BYTES))],
    [field.HEADS, take(field.DELTA_BANDS * DELTA_KEYS * 4)],
    [field.REMOVED, take(capacity / 8)],
    // Candidates are read with a word more than a code has: what follows the codes is ours as well.
    [field.CODES, take(capacity * CODE_BYTES)],
    [field.PAYLOADS, take(capacity * 4)],
    [field.LISTS, take(capacity * 2)],
    [field.TABLES, take(bands * tableStride)],
  ];
  // What is staged is done with when the postings are written, so they share their room.
  const postings = end;
  addresses.push(
    [field.POSTINGS, postings],
    [field.STAGED_CODES, take(capacity * CODE_BYTES)],
    [field.STAGED_PAYLOADS, take(capacity * 4)],
    [field.STAGED_LISTS, take(capacity * 2)],
  );
  end = Math.max(end, postings + Math.max(0, bands - 1) * postingStride);
  addresses.push([field.DELTA, end]);
  return { addresses, end };
}
