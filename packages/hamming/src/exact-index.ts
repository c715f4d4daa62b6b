import type { Searchable } from './search.ts';
import type { SharedIndex } from './shared-index.ts';

export interface IndexOptions {
  /** The radius that most queries have, 31 unless told. Every other is exact as well, but may take longer. */
  readonly radius?: number;
  /** Merge after so many changes. Unless told, after a thirty-second of the size, and at least 65,536. */
  readonly mergeAfter?: number;
  /** Threads that a merge may use, 1 unless told, so that queries keep the other cores. */
  readonly mergeThreads?: number;
  /** Told when a merge fails, as for want of memory. The index goes on, and tries again later. Unless given, a process warning. */
  readonly onMergeFailure?: (error: unknown) => void;
}

/**
 * A multiset of 256-bit codes that is searched while it changes. One thread owns it and changes it; others read it through
 * what `share` gives. No query ever waits, whatever else goes on.
 */
export interface ExactIndex extends Searchable {
  /** Whether a merge is under way in the background. */
  readonly merging: boolean;

  /**
   * Adds a code of 32 bytes with a payload of 32 bits, on a list numbered 0 to 65,535. The same may be added again, and is held twice.
   * Throws a RangeError on arguments out of range, or if the index has reached the 4 GiB of its memory.
   */
  add(code: Uint8Array, payload: number, list?: number): void;

  /** Removes one holding of exactly this code and payload, on this list or else on any, and tells whether there was one. */
  remove(code: Uint8Array, payload: number, list?: number): boolean;

  /**
   * Builds, in the background, a base of all that is held now. Happens by itself when enough has changed. If a merge is under way, the
   * same promise. Rejects if it fails; nothing is lost then. Takes as much memory again until it is done.
   */
  merge(): Promise<void>;

  /** A further reader, for `openSharedIndex` in another thread. Throws a RangeError if there are 31 already. */
  share(): SharedIndex;

  /**
   * Writes all that is held now to a file: whole and on disk when the promise resolves, and if the process dies before, the file that
   * was there is untouched. The index goes on changing meanwhile. Rejects with the error of the file system.
   */
  save(path: string): Promise<void>;

  /** Waits for a merge under way, and disconnects readers in other threads. Rejects if that merge fails. */
  close(): Promise<void>;
}
