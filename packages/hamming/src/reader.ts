import { CODE_BITS, CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { type Kernels, kernelsOver } from './kernels.ts';
import { wordAt } from './layout.ts';
import {
  checkWithin,
  DEFAULT_RADIUS,
  type Found,
  HIGHEST_LIST,
  type Pair,
  type Searchable,
  type SearchOptions,
} from './search.ts';
import type { SharedMemory } from './web-assembly.ts';

/** Radii that bands are good at; beyond, `nearest` counts the distances of all. */
const NEAREST_RADII = [7, 15, 23, 31, 39];
/** Entries to a call of a kernel: between calls an engine puts its optimized code in place. */
const SCAN_RUN = 65_536;
const RESULT_WORDS = field.RESULT_BYTES / 4;

interface Hit extends Found {
  readonly position: number;
}

/** Searches one memory through one of its slots. Nobody else may use the slot meanwhile. */
export class Reader implements Searchable {
  readonly kernels: Kernels;
  readonly slot: number;
  readonly #memory: SharedMemory;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;

  constructor(memory: SharedMemory, slot: number) {
    this.#memory = memory;
    this.kernels = kernelsOver(memory);
    this.slot = wordAt(memory, field.SLOTS) + slot * wordAt(memory, field.SLOT_BYTES);
    this.#bytes = new Uint8Array(memory.buffer, this.slot, field.SLOT_BUCKETS);
    this.#words = new Uint32Array(memory.buffer, this.slot, field.SLOT_BUCKETS / 4);
  }

  get size(): number {
    return this.#end - wordAt(this.#memory, field.REMOVALS);
  }

  /** Whether a newer memory has taken the place of this one. */
  get superseded(): boolean {
    return wordAt(this.#memory, field.SUPERSEDED) === 1;
  }

  search(code: Uint8Array, options?: number | SearchOptions): Found[] {
    const { radius, filtered } = this.#prepare(options);
    this.arrange(code);
    return ordered(this.#search(radius, filtered));
  }

  searchMany(codes: Uint8Array, options?: number | SearchOptions): Found[][] {
    if (codes.length % CODE_BYTES !== 0)
      throw new RangeError(`codes must be ${CODE_BYTES} bytes each; ${codes.length} bytes are not`);
    const { radius, filtered } = this.#prepare(options);
    return Array.from({ length: codes.length / CODE_BYTES }, (_, i) => {
      this.arrange(codes.subarray(i * CODE_BYTES, (i + 1) * CODE_BYTES));
      return ordered(this.#search(radius, filtered));
    });
  }

  nearest(code: Uint8Array, k: number, { radius = CODE_BITS, ...options }: SearchOptions = {}): Found[] {
    checkWithin('k', k, Number.MAX_SAFE_INTEGER);
    const { filtered } = this.#prepare({ ...options, radius });
    this.arrange(code);
    if (k === 0) return [];
    for (const within of NEAREST_RADII) {
      if (within >= radius) break;
      const found = this.#search(within, filtered);
      if (found.length >= k) return ordered(found).slice(0, k);
    }
    const enough = Math.min(radius, this.#radiusOf(k, filtered));
    return ordered(this.#search(enough, filtered)).slice(0, k);
  }

  *pairs(options?: number | SearchOptions): Generator<Pair, void, undefined> {
    const wanted =
      typeof options === 'object' && options.lists !== undefined ? [...options.lists] : undefined;
    const settings = { radius: typeof options === 'number' ? options : (options?.radius ?? DEFAULT_RADIUS) };
    const query = wanted === undefined ? settings : { ...settings, lists: wanted };
    const end = this.#end;
    this.#prepare(query);
    for (let position = 0; position < end; position++) {
      // Prepared each time: whoever iterates may search in between.
      const { radius, filtered } = this.#prepare(query);
      this.#arrangeAt(position);
      const hits = this.#search(radius, filtered);
      const self = hits.find((hit) => hit.position === position);
      if (self === undefined) continue; // removed, or on no list that is wanted
      for (const hit of hits) {
        if (hit.position > position && hit.position < end)
          yield { a: self.payload, b: hit.payload, distance: hit.distance };
      }
    }
  }

  /** Puts a code into the slot, its bits in the base's order. */
  arrange(code: Uint8Array): void {
    if (code.length !== CODE_BYTES)
      throw new RangeError(`code must be ${CODE_BYTES} bytes long, not ${code.length}`);
    this.#bytes.set(code, field.SLOT_QUERY);
    this.kernels.arrange(this.slot + field.SLOT_QUERY, this.slot + field.SLOT_ARRANGED);
  }

  get #end(): number {
    return wordAt(this.#memory, field.COUNT) + wordAt(this.#memory, field.DELTA_COUNT);
  }

  #prepare(options: number | SearchOptions = DEFAULT_RADIUS): { radius: number; filtered: 0 | 1 } {
    const { radius = DEFAULT_RADIUS, lists } = typeof options === 'number' ? { radius: options } : options;
    checkWithin('radius', radius, CODE_BITS);
    if (lists === undefined) return { radius, filtered: 0 };
    const bytes = (HIGHEST_LIST + 1) / 8;
    const wanted = this.#bytes.subarray(field.SLOT_WANTED, field.SLOT_WANTED + bytes).fill(0);
    for (const list of lists) wanted[checkWithin('list', list, HIGHEST_LIST) >> 3]! |= 1 << (list & 7);
    return { radius, filtered: 1 };
  }

  #arrangeAt(position: number): void {
    const count = wordAt(this.#memory, field.COUNT);
    const at =
      position < count
        ? wordAt(this.#memory, field.CODES) + position * CODE_BYTES
        : wordAt(this.#memory, field.DELTA) + (position - count) * field.ENTRY_BYTES;
    this.#bytes.set(new Uint8Array(this.#memory.buffer, at, CODE_BYTES), field.SLOT_ARRANGED);
  }

  /** Answers the arranged query, in no order. */
  #search(radius: number, filtered: 0 | 1): Hit[] {
    const { kernels, slot } = this;
    const count = wordAt(this.#memory, field.COUNT);
    const hits: Hit[] = [];
    this.#clear();
    if (kernels.searchBase(slot, radius, filtered) === 1) this.#drain(hits);
    else this.#scan(hits, radius, filtered, 0, count);
    if (kernels.searchDelta(slot, radius, filtered) === 1) this.#drain(hits);
    else this.#scan(hits, radius, filtered, count, this.#end);
    return hits;
  }

  #scan(hits: Hit[], radius: number, filtered: 0 | 1, from: number, to: number): void {
    this.#clear();
    for (let at = from; at < to; ) {
      at = this.kernels.scan(this.slot, radius, filtered, at, Math.min(to, at + SCAN_RUN)) >>> 0;
      this.#drain(hits);
    }
  }

  /** The smallest radius with at least `k` entries, or 256. */
  #radiusOf(k: number, filtered: 0 | 1): number {
    const at = field.SLOT_HISTOGRAM / 4;
    const histogram = this.#words.subarray(at, at + CODE_BITS + 1).fill(0);
    const end = this.#end;
    for (let from = 0; from < end; )
      from = this.kernels.countDistances(this.slot, filtered, from, Math.min(end, from + SCAN_RUN)) >>> 0;
    let sum = 0;
    const radius = histogram.findIndex((count) => (sum += count) >= k);
    return radius < 0 ? CODE_BITS : radius;
  }

  #clear(): void {
    this.#words[field.SLOT_FOUND / 4] = 0;
  }

  #drain(hits: Hit[]): void {
    const words = this.#words;
    const end = field.SLOT_RESULTS / 4 + words[field.SLOT_FOUND / 4]! * RESULT_WORDS;
    for (let at = field.SLOT_RESULTS / 4; at < end; at += RESULT_WORDS) {
      hits.push({
        payload: words[at]!,
        distance: words[at + 1]!,
        list: words[at + 2]!,
        position: words[at + 3]!,
      });
    }
    this.#clear();
  }
}

function ordered(hits: readonly Hit[]): Found[] {
  return hits
    .map(({ payload, distance, list }) => ({ payload, distance, list }))
    .toSorted((a, b) => a.distance - b.distance || a.payload - b.payload || a.list - b.list);
}
