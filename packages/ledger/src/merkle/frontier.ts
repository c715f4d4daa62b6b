import { EMPTY_ROOT, nodeHash } from './hash.ts';

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first, as many as there are ones in
 * its size. It is all that appending needs and all that the tree's root is made of.
 */
export class Frontier {
  #size: number;
  readonly #roots: Uint8Array[];

  /** `roots` are those of the complete subtrees of a tree of `size` leaves, largest first. */
  constructor(size = 0, roots: readonly Uint8Array[] = []) {
    this.#size = size;
    this.#roots = [...roots];
    if (roots.length !== completeSubtrees(0, size).length)
      throw new RangeError(`a tree of ${size} leaves does not have ${roots.length} complete subtrees`);
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** The roots of the complete subtrees, largest first. */
  get roots(): readonly Uint8Array[] {
    return this.#roots;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2)
      hash = nodeHash(this.#roots.pop() as Uint8Array, hash);
    this.#roots.push(hash);
    this.#size += 1;
  }

  /** The Merkle Tree Hash of all leaves so far (RFC 6962 section 2.1). */
  root(): Uint8Array {
    return rootOf(this.#roots);
  }
}

/** The root over complete subtrees that stand side by side, largest first. */
export function rootOf(subtrees: readonly Uint8Array[]): Uint8Array {
  return subtrees.length === 0 ? EMPTY_ROOT : subtrees.reduceRight((right, left) => nodeHash(left, right));
}

/** A complete subtree: the leaves `[index * 2**level, (index + 1) * 2**level)`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/**
 * The complete subtrees that the leaves `[start, end)` are made of, from the left. `start` is where a subtree of the
 * largest of them begins, as in every range of a proof.
 */
export function completeSubtrees(start: number, end: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}
