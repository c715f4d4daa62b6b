import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Reader } from './reader.ts';
import type { Found, Pair, Searchable, SearchOptions } from './search.ts';
import { hastenCollection, type SharedMemory } from './web-assembly.ts';

/**
 * A way into an index from another thread: hand it to one, with its port among what is transferred. The memory comes through the
 * port; it is one SharedArrayBuffer, read in place, and nothing is copied. Whoever keeps this keeps no memory with it.
 */
export interface SharedIndex {
  readonly slot: number;
  readonly port: MessagePort;
}

/**
 * Reads an index of another thread: what has been added and removed there shows in the next query here. Throws an Error if
 * this way in has been opened before.
 */
export function openSharedIndex(shared: SharedIndex): Searchable {
  return new SharedReader(shared);
}

class SharedReader implements Searchable {
  readonly #slot: number;
  readonly #port: MessagePort;
  #reader: Reader;

  constructor({ slot, port }: SharedIndex) {
    this.#slot = slot;
    this.#port = port;
    const first = receiveMessageOnPort(port);
    if (first === undefined) throw new Error('each reader of a shared index needs a share of its own');
    this.#reader = new Reader(first.message, slot);
    // A thread that asks nothing for a while lets go of what has been superseded all the same.
    port.on('message', (memory: SharedMemory) => this.#goOnWith(memory));
    port.unref();
  }

  get size(): number {
    return this.#current().size;
  }

  search(code: Uint8Array, options?: number | SearchOptions): Found[] {
    return this.#current().search(code, options);
  }

  searchMany(codes: Uint8Array, options?: number | SearchOptions): Found[][] {
    return this.#current().searchMany(codes, options);
  }

  nearest(code: Uint8Array, k: number, options?: SearchOptions): Found[] {
    return this.#current().nearest(code, k, options);
  }

  *pairs(options?: number | SearchOptions): Generator<Pair, void, undefined> {
    yield* this.#current().pairs(options);
  }

  /** One look at a word of the memory, unless a merge has put a new memory in its place: that waits on the port. */
  #current(): Reader {
    while (this.#reader.superseded) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) break; // the owner has closed the index, and this is the last state that was shared
      this.#goOnWith(received.message);
    }
    return this.#reader;
  }

  #goOnWith(memory: SharedMemory): void {
    this.#reader = new Reader(memory, this.#slot);
    hastenCollection(memory.buffer.byteLength);
  }
}
