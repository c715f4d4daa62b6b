import type { Worker } from 'node:worker_threads';
import { giveBackHashThread, takeHashThread } from './hash-threads.ts';

export interface FrameToHash {
  readonly buffer: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export interface HashedFrame {
  readonly buffer: ArrayBuffer;
  readonly hash: string;
  readonly quality: number;
}

/**
 * Hashes frames in a thread of its own, in order, while the next one is being read. A few buffers go around;
 * whoever waits for a free one holds up the decoder at the other end of the pipe.
 */
export class FrameHasher {
  readonly #thread: Worker = takeHashThread();
  #width = 0;
  #height = 0;
  readonly #free: ArrayBuffer[] = [];
  readonly #hashed: Omit<HashedFrame, 'buffer'>[] = [];
  #sent = 0;
  #made = 0;
  #failure: Error | undefined;
  #changed = Promise.withResolvers<void>();

  constructor() {
    this.#thread.on('message', ({ buffer, hash, quality }: HashedFrame) => {
      this.#hashed.push({ hash, quality });
      this.#free.push(buffer);
      this.#announce();
    });
    this.#thread.on('error', (cause) => this.#fail(new Error('A frame could not be hashed', { cause })));
    this.#thread.on('exit', () => this.#fail(new Error('The hashing thread has ended')));
  }

  /** To be told before the first frame; the thread starts before the size is known. */
  setSize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  /** An empty buffer for the pixels of one frame, as soon as there is one. */
  async buffer(): Promise<ArrayBuffer> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const free = this.#free.pop();
      if (free) return free;
      if (this.#made < BUFFERS) {
        this.#made++;
        return new ArrayBuffer(this.#width * this.#height * 3);
      }
      await this.#changed.promise;
    }
  }

  /** Takes a full buffer. */
  hash(buffer: ArrayBuffer): void {
    const frame: FrameToHash = { buffer, width: this.#width, height: this.#height };
    this.#thread.postMessage(frame, [buffer]);
    this.#sent++;
  }

  /** The hashes of all frames so far, in order. */
  async finish(): Promise<readonly Omit<HashedFrame, 'buffer'>[]> {
    while (this.#hashed.length < this.#sent) {
      if (this.#failure) throw this.#failure;
      await this.#changed.promise;
    }
    return this.#hashed;
  }

  /** Ends the work, done or not. */
  async close(): Promise<void> {
    if (this.#failure === undefined && this.#hashed.length === this.#sent)
      await giveBackHashThread(this.#thread);
    else await this.#thread.terminate();
  }

  #fail(failure: Error): void {
    this.#failure ??= failure;
    this.#announce();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

const BUFFERS = 3;
