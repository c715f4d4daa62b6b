import * as field from './fields.ts';
import { wordAt } from './layout.ts';
import type { SharedMemory } from './web-assembly.ts';

const MOST_PIECES = 64;
const PIECES_A_THREAD = 8;
const COUNT_BYTES = field.PARTS * 4;

/**
 * What a base is built with. It takes the place of the slots, as nobody reads a memory that is being built: for each piece of the
 * entries and each band, how many there are in each part; what the parts leave to tell of their entries' keys; and scratch.
 */
export interface Workspace {
  /** Pieces that the entries are cut into, so that threads may share them out. */
  readonly pieces: number;
  /** Address of the counts of a piece: PARTS words for each band. */
  readonly counts: (piece: number) => number;
  /** Address of two bytes for each entry. */
  readonly keys: number;
  /** Address of what is left. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

export function workspaceOf(memory: SharedMemory, count: number, threads: number): Workspace {
  const pieces = Math.min(MOST_PIECES, threads * PIECES_A_THREAD);
  const slots = wordAt(memory, field.SLOTS);
  const pieceBytes = Math.max(1, wordAt(memory, field.BANDS)) * COUNT_BYTES;
  const keys = slots + pieces * pieceBytes;
  const scratch = keys + Math.ceil(count / 32) * 64;
  const scratchBytes = wordAt(memory, field.HEADS) - scratch;
  return { pieces, counts: (piece) => slots + piece * pieceBytes, keys, scratch, scratchBytes };
}

/**
 * Turns the counts of a band into places: for each piece, where its entries of each part come. Once they are written, the places
 * of the last piece are where the parts end.
 */
export function placesOfParts(memory: SharedMemory, { pieces, counts }: Workspace, band: number): void {
  const words = Array.from({ length: pieces }, (_, piece) => partWords(memory, counts(piece), band));
  let place = 0;
  for (let part = 0; part < field.PARTS; part++) {
    for (const piece of words) {
      const count = piece[part]!;
      piece[part] = place;
      place += count;
    }
  }
}

/** The words of a band among the counts of a piece. */
export function partWords(memory: SharedMemory, counts: number, band: number): Uint32Array {
  return new Uint32Array(memory.buffer, counts + band * COUNT_BYTES, field.PARTS);
}
