import { CODE_BYTES } from './code.ts';
import { checkThreads, construct } from './construction.ts';
import type { ExactIndex, IndexOptions } from './exact-index.ts';
import { LiveIndex } from './live-index.ts';
import { checkWithin, DEFAULT_RADIUS, HIGHEST_LIST, HIGHEST_PAYLOAD } from './search.ts';
import { Stage } from './stage.ts';
import { createStage } from './stages.ts';
import type { SharedMemory } from './web-assembly.ts';

export interface BuilderOptions extends IndexOptions {
  /** The most entries that will be added. Room is taken as it is filled. */
  readonly capacity: number;
  /** Threads to build with, 1 unless told. */
  readonly threads?: number;
}

/** Collects entries and then builds them into an index, much quicker than adding them one by one. */
export interface IndexBuilder {
  /** Adds entries: 32 bytes of codes and one payload each; on list 0 without lists. Throws a RangeError as `add` of an index does. */
  addMany(codes: Uint8Array, payloads: Uint32Array, lists?: Uint16Array): void;
  add(code: Uint8Array, payload: number, list?: number): void;
  /** The index. Can be called once. Rejects if a thread fails. */
  build(): Promise<ExactIndex>;
}

export function createIndexBuilder(options: BuilderOptions): IndexBuilder {
  return new Builder(options);
}

class Builder implements IndexBuilder {
  readonly #options: BuilderOptions;
  readonly #memory: SharedMemory;
  #stage: Stage | undefined;

  constructor(options: BuilderOptions) {
    this.#options = options;
    checkWithin('capacity', options.capacity, HIGHEST_PAYLOAD);
    checkThreads(options.threads ?? 1);
    this.#memory = createStage(options.capacity, options.radius ?? DEFAULT_RADIUS);
    this.#stage = new Stage(this.#memory, options.capacity);
  }

  addMany(codes: Uint8Array, payloads: Uint32Array, lists?: Uint16Array): void {
    const count = payloads.length;
    if (codes.length !== count * CODE_BYTES || (lists !== undefined && lists.length !== count))
      throw new RangeError(
        `${count} payloads need ${count} codes of ${CODE_BYTES} bytes, and as many lists if any`,
      );
    this.#room(count).add(codes, payloads, lists);
  }

  add(code: Uint8Array, payload: number, list = 0): void {
    if (code.length !== CODE_BYTES)
      throw new RangeError(`code must be ${CODE_BYTES} bytes long, not ${code.length}`);
    checkWithin('payload', payload, HIGHEST_PAYLOAD);
    this.#room(1).addOne(code, payload, checkWithin('list', list, HIGHEST_LIST));
  }

  async build(): Promise<ExactIndex> {
    const { count } = this.#room(0);
    this.#stage = undefined;
    await construct(this.#memory, count, this.#options.threads ?? 1);
    return new LiveIndex(this.#memory, this.#options);
  }

  #room(count: number): Stage {
    if (this.#stage === undefined) throw new Error('the index has been built');
    if (this.#stage.count + count > this.#stage.capacity)
      throw new RangeError(`there is room for ${this.#stage.capacity} entries`);
    return this.#stage;
  }
}
