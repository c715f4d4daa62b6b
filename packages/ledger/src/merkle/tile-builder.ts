import { joinBytes } from '../bytes.ts';
import { Frontier, rootOf } from './frontier.ts';
import type { TreeHead } from './proofs.ts';
import { rootOfComplete, TILE_WIDTH } from './tiles.ts';

/** A tile that became full: its 256 hashes, and the root over them, which stands in the level above. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/** Gathers hashes from the left into tiles and hands over each tile that becomes full, lower levels first. */
export class TileBuilder {
  /** Of each level, how many full tiles there are and the hashes of the partial one. */
  readonly #levels: { full: number; partial: Uint8Array[] }[];

  /** Begins behind `size` leaves; `partials` holds the hashes of the partial tile of each level. */
  constructor(size = 0, partials: readonly (readonly Uint8Array[])[] = []) {
    this.#levels = partials.map((partial, level) => ({
      full: Math.floor(size / TILE_WIDTH ** (level + 1)),
      partial: [...partial],
    }));
  }

  /** Takes in the next leaf's hash. Returns the tiles that are now full, none for most leaves. */
  append(leaf: Uint8Array): FullTile[] {
    const filled: FullTile[] = [];
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const at = (this.#levels[level] ??= { full: 0, partial: [] });
      at.partial.push(hash);
      if (at.partial.length < TILE_WIDTH) return filled;
      hash = rootOfComplete(at.partial);
      filled.push({ level, index: at.full, hashes: joinBytes(at.partial), root: hash });
      at.full += 1;
      at.partial = [];
    }
  }

  /** The head of the tree over all leaves so far. */
  head(): TreeHead {
    let size = 0;
    const edge: Uint8Array[] = [];
    for (const { full, partial } of this.#levels.toReversed()) {
      size = full * TILE_WIDTH + partial.length;
      edge.push(...frontierOf(partial).roots);
    }
    return { size, root: rootOf(edge) };
  }
}

function frontierOf(hashes: readonly Uint8Array[]): Frontier {
  const frontier = new Frontier();
  for (const hash of hashes) frontier.append(hash);
  return frontier;
}
