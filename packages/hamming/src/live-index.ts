import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { CODE_BITS, CODE_BYTES } from './code.ts';
import { checkThreads } from './construction.ts';
import { Delta, deltaEntries } from './delta.ts';
import * as field from './fields.ts';
import { bitOrderOf, MOST_READERS, setWord, wordAt, writeBitOrder } from './layout.ts';
import { instantOf, mergedInBackground } from './merge.ts';
import { Reader } from './reader.ts';
import {
  checkWithin,
  DEFAULT_RADIUS,
  type Found,
  HIGHEST_LIST,
  HIGHEST_PAYLOAD,
  type Pair,
  type SearchOptions,
} from './search.ts';
import type { ExactIndex, IndexOptions } from './exact-index.ts';
import type { SharedIndex } from './shared-index.ts';
import { writeSnapshot } from './snapshot.ts';
import { hastenCollection, type SharedMemory } from './web-assembly.ts';

const SMALLEST_MERGE = 65_536;
/** How long the owner's thread copies at a stretch what came in during a merge. */
const STRETCH_MS = 2;

interface Removal {
  readonly code: Uint8Array;
  readonly payload: number;
  readonly list: number;
}

/** Owns a memory: the one thread that changes it. */
export class LiveIndex implements ExactIndex {
  readonly #settings: { readonly radius: number; readonly threads: number };
  readonly #mergeAfter: number | undefined;
  readonly #onMergeFailure: (error: unknown) => void;
  readonly #ports = new Map<MessagePort, number>();
  #memory: SharedMemory;
  #reader: Reader;
  #delta: Delta;
  #merging: Promise<void> | undefined;
  /** Removals since the instant that a merge works on, their codes as arranged by the old base. */
  #removedSince: Removal[] | undefined;
  #mergeAt: number;
  #closed = false;

  constructor(memory: SharedMemory, options: IndexOptions = {}) {
    const { radius = DEFAULT_RADIUS, mergeAfter, mergeThreads = 1, onMergeFailure = warn } = options;
    checkWithin('radius', radius, CODE_BITS);
    this.#settings = { radius, threads: checkThreads(mergeThreads) };
    this.#mergeAfter = mergeAfter;
    this.#onMergeFailure = onMergeFailure;
    this.#memory = memory;
    this.#reader = new Reader(memory, 0);
    this.#delta = new Delta(memory, this.#reader);
    this.#mergeAt = this.#changesToMerge();
  }

  get size(): number {
    return this.#reader.size;
  }

  get merging(): boolean {
    return this.#merging !== undefined;
  }

  search(code: Uint8Array, options?: number | SearchOptions): Found[] {
    return this.#reader.search(code, options);
  }

  searchMany(codes: Uint8Array, options?: number | SearchOptions): Found[][] {
    return this.#reader.searchMany(codes, options);
  }

  nearest(code: Uint8Array, k: number, options?: SearchOptions): Found[] {
    return this.#reader.nearest(code, k, options);
  }

  *pairs(options?: number | SearchOptions): Generator<Pair, void, undefined> {
    yield* this.#reader.pairs(options);
  }

  add(code: Uint8Array, payload: number, list = 0): void {
    checkCode(code);
    checkWithin('payload', payload, HIGHEST_PAYLOAD);
    checkWithin('list', list, HIGHEST_LIST);
    this.#delta.add(code, payload, list);
    this.#mergeIfDue();
  }

  remove(code: Uint8Array, payload: number, list?: number): boolean {
    checkCode(code);
    checkWithin('payload', payload, HIGHEST_PAYLOAD);
    const from = list === undefined ? field.NONE : checkWithin('list', list, HIGHEST_LIST);
    if (!this.#delta.remove(code, payload, from)) return false;
    if (this.#removedSince !== undefined) {
      const arranged = new Uint8Array(
        this.#memory.buffer,
        this.#reader.slot + field.SLOT_ARRANGED,
        CODE_BYTES,
      );
      this.#removedSince.push({ code: arranged.slice(), payload, list: from });
    }
    this.#mergeIfDue();
    return true;
  }

  merge(): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the index is closed'));
    this.#merging ??= this.#merge().finally(() => {
      this.#merging = undefined;
      this.#removedSince = undefined;
      this.#mergeAt = wordAt(this.#memory, field.DELTA_COUNT) + this.#changesToMerge();
    });
    return this.#merging;
  }

  share(): SharedIndex {
    const taken = new Set(this.#ports.values());
    const slot = Array.from({ length: MOST_READERS - 1 }, (_, i) => i + 1).find((one) => !taken.has(one));
    if (slot === undefined) throw new RangeError(`an index has at most ${MOST_READERS} readers`);
    const { port1, port2 } = new MessageChannel();
    this.#ports.set(port1, slot);
    port1.on('close', () => this.#ports.delete(port1));
    port1.unref();
    port1.postMessage(this.#memory);
    return { slot, port: port2 };
  }

  async save(path: string): Promise<void> {
    await writeSnapshot(instantOf(this.#memory), path);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const port of this.#ports.keys()) port.close();
    await this.#merging;
    // Whoever closes an index is about to let go of it.
    hastenCollection(this.#memory.buffer.byteLength);
  }

  #mergeIfDue(): void {
    if (this.#merging !== undefined || this.#closed) return;
    if (this.#delta.count + wordAt(this.#memory, field.REMOVALS) < this.#mergeAt) return;
    this.merge().catch(this.#onMergeFailure);
  }

  #changesToMerge(): number {
    return this.#mergeAfter ?? Math.max(SMALLEST_MERGE, this.size >> 5);
  }

  async #merge(): Promise<void> {
    const instant = instantOf(this.#memory);
    this.#removedSince = [];
    const memory = await mergedInBackground(instant, this.#settings);
    const reader = new Reader(memory, 0);
    const delta = new Delta(memory, reader);
    for (let copied = instant.delta; ; ) {
      copied = this.#catchUp(delta, copied);
      if (copied === this.#delta.count && this.#removedSince.length === 0) break;
      await new Promise(setImmediate);
    }
    writeBitOrder(memory, bitOrderOf(memory).slice());
    this.#publish(memory, reader, delta);
  }

  /** Repeats on the new memory what was done to the old one since: additions first, as a removal may be of one of them. */
  #catchUp(delta: Delta, from: number): number {
    const until = performance.now() + STRETCH_MS;
    let copied = from;
    for (const entry of deltaEntries(this.#memory, from, this.#delta.count, 0)) {
      delta.add(entry.code, entry.payload, entry.list);
      copied++;
      if (copied % 64 === 0 && performance.now() > until) return copied;
    }
    const removals = this.#removedSince!;
    let done = 0;
    for (const { code, payload, list } of removals) {
      delta.remove(code, payload, list);
      done++;
      if (done % 16 === 0 && performance.now() > until) break;
    }
    removals.splice(0, done);
    return copied;
  }

  #publish(memory: SharedMemory, reader: Reader, delta: Delta): void {
    const old = this.#memory;
    this.#memory = memory;
    this.#reader = reader;
    this.#delta = delta;
    for (const port of this.#ports.keys()) port.postMessage(memory);
    // After the messages: a reader that sees this finds one waiting.
    setWord(old, field.SUPERSEDED, 1);
    hastenCollection(old.buffer.byteLength);
  }
}

function checkCode(code: Uint8Array): void {
  if (code.length !== CODE_BYTES)
    throw new RangeError(`code must be ${CODE_BYTES} bytes long, not ${code.length}`);
}

function warn(error: unknown): void {
  process.emitWarning(`a merge of the index failed, and will be tried again: ${String(error)}`);
}
