import { CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { wordAt } from './layout.ts';
import type { Reader } from './reader.ts';
import { MOST_PAGES, PAGE_BYTES, type SharedMemory } from './web-assembly.ts';

/** Entries that wait to become part of the base. One thread adds and removes; any number read meanwhile. */
export class Delta {
  readonly #memory: SharedMemory;
  readonly #reader: Reader;
  readonly #query: Uint8Array;
  #room: number;

  constructor(memory: SharedMemory, reader: Reader) {
    this.#memory = memory;
    this.#reader = reader;
    this.#query = new Uint8Array(memory.buffer, reader.slot + field.SLOT_QUERY, CODE_BYTES);
    this.#room = roomOf(memory);
  }

  /** Entries of the delta, removed ones included. */
  get count(): number {
    return wordAt(this.#memory, field.DELTA_COUNT);
  }

  /** Adds a code of 32 bytes. Throws a RangeError if the index has reached 4 GiB. */
  add(code: Uint8Array, payload: number, list: number): void {
    if (this.count >= this.#room) this.#grow();
    this.#query.set(code);
    this.#reader.kernels.addToDelta(this.#reader.slot + field.SLOT_QUERY, payload, list);
  }

  /** Removes one entry with this code and payload, from the base or the delta: of this list, or of any for `field.NONE`. */
  remove(code: Uint8Array, payload: number, list: number): boolean {
    this.#reader.arrange(code);
    return this.#reader.kernels.remove(this.#reader.slot, payload, list) === 1;
  }

  #grow(): void {
    const pages = this.#memory.buffer.byteLength / PAGE_BYTES;
    // By an eighth of what the delta holds: unlike an array it moves nothing when it grows.
    const more = Math.max(16, Math.ceil((this.#room * field.ENTRY_BYTES) / PAGE_BYTES / 8));
    const possible = Math.min(more, MOST_PAGES - pages);
    if (possible <= 0) throw new RangeError('the index is full: it has reached the 4 GiB of its memory');
    this.#memory.grow(possible);
    this.#room = roomOf(this.#memory);
  }
}

/** The parts of an entry of the delta, its code as arranged by the base that the delta belongs to. */
export interface DeltaEntry {
  readonly code: Uint8Array;
  readonly payload: number;
  readonly list: number;
  /** Whether it had been removed when so many removals were counted. */
  readonly removed: boolean;
}

export function* deltaEntries(
  memory: SharedMemory,
  from: number,
  to: number,
  removals: number,
): Generator<DeltaEntry, void> {
  const start = wordAt(memory, field.DELTA) + from * field.ENTRY_BYTES;
  const bytes = new Uint8Array(memory.buffer, start, (to - from) * field.ENTRY_BYTES);
  const words = new Uint32Array(memory.buffer, start, bytes.length / 4);
  for (let at = 0; at < bytes.length; at += field.ENTRY_BYTES) {
    const removal = Atomics.load(words, (at + field.ENTRY_REMOVED) / 4);
    yield {
      code: bytes.subarray(at, at + CODE_BYTES),
      payload: words[(at + field.ENTRY_PAYLOAD) / 4]!,
      list: words[(at + field.ENTRY_LIST) / 4]!,
      removed: removal !== 0 && removal <= removals,
    };
  }
}

function roomOf(memory: SharedMemory): number {
  return Math.floor((memory.buffer.byteLength - wordAt(memory, field.DELTA)) / field.ENTRY_BYTES);
}
