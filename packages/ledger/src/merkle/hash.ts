import { HASH_BYTES } from '../commitment.ts';
import { sha256 } from '../platform.ts';

/** The root of a tree without leaves: the hash of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

const node = new Uint8Array(1 + 2 * HASH_BYTES).fill(0x01, 0, 1);

/** The hash of a leaf that holds `entry` (RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(1 + entry.length);
  leaf.set(entry, 1);
  return sha256(leaf);
}

/** The hash of an inner node over its two children (RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}
