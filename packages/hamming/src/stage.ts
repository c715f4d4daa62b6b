import { CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { wordAt } from './layout.ts';
import type { SharedMemory } from './web-assembly.ts';

/** Where entries wait to be built into the base of a memory. */
export class Stage {
  readonly capacity: number;
  readonly #codes: Uint8Array;
  readonly #payloads: Uint32Array;
  readonly #lists: Uint16Array;
  #count = 0;

  constructor(memory: SharedMemory, capacity: number) {
    this.capacity = capacity;
    const { buffer } = memory;
    this.#codes = new Uint8Array(buffer, wordAt(memory, field.STAGED_CODES), capacity * CODE_BYTES);
    this.#payloads = new Uint32Array(buffer, wordAt(memory, field.STAGED_PAYLOADS), capacity);
    this.#lists = new Uint16Array(buffer, wordAt(memory, field.STAGED_LISTS), capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds one entry for each payload; without lists they are on list 0. The caller has checked lengths and room. */
  add(codes: Uint8Array, payloads: Uint32Array, lists?: Uint16Array): void {
    this.#codes.set(codes, this.#count * CODE_BYTES);
    this.#payloads.set(payloads, this.#count);
    if (lists !== undefined) this.#lists.set(lists, this.#count);
    this.#count += payloads.length;
  }

  addOne(code: Uint8Array, payload: number, list: number): void {
    this.#codes.set(code, this.#count * CODE_BYTES);
    this.#payloads[this.#count] = payload;
    this.#lists[this.#count] = list;
    this.#count++;
  }
}
