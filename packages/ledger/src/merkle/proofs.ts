import { equalBytes } from '../bytes.ts';
import { LedgerError } from '../ledger-error.ts';
import { completeSubtrees, rootOf, type Subtree } from './frontier.ts';
import { EMPTY_ROOT, nodeHash } from './hash.ts';

/** Where the hashes of complete subtrees come from. */
export type SubtreeHashes = (subtree: Subtree) => Promise<Uint8Array>;

/**
 * The Merkle audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up (RFC 6962
 * section 2.1.1). @throws {RangeError} when there is no such leaf
 */
export async function inclusionProof(
  hashes: SubtreeHashes,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  requireCount(index, 'index');
  requireCount(size, 'size');
  if (index >= size) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  return hashesOf(hashes, auditPath(index, { start: 0, end: size }));
}

/**
 * The Merkle consistency proof from the tree of `oldSize` leaves to that of `size` (RFC 6962 section 2.1.2); empty
 * when the old tree is empty or the same. @throws {RangeError} when the old tree is larger
 */
export async function consistencyProof(
  hashes: SubtreeHashes,
  oldSize: number,
  size: number,
): Promise<Uint8Array[]> {
  requireCount(oldSize, 'oldSize');
  requireCount(size, 'size');
  if (oldSize > size) throw new RangeError(`${oldSize} leaves are more than ${size}`);
  if (oldSize === 0 || oldSize === size) return [];
  return hashesOf(hashes, subproof(oldSize, { start: 0, end: size }, 'whole'));
}

/**
 * Checks that `leaf` is the hash of leaf `index` in the tree of `size` leaves and this root (RFC 9162
 * section 2.1.3.2). @throws {LedgerError} proof-invalid
 */
export function verifyInclusion(
  claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
  },
  proof: readonly Uint8Array[],
): void {
  requireCount(claim.index, 'index');
  requireCount(claim.size, 'size');
  if (claim.index >= claim.size) throw invalid('the leaf lies outside of the tree');
  let [at, last] = [claim.index, claim.size - 1];
  let hash = claim.leaf;
  for (const step of proof) {
    if (last === 0) throw invalid('it is too long');
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(step, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, step);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw invalid('it is too short');
  if (!equalBytes(hash, claim.root)) throw invalid('it leads to another root');
}

/** The head of a tree. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Checks that the newer tree begins with all of the older one (RFC 9162 section 2.1.4.2).
 * @throws {LedgerError} proof-invalid
 */
export function verifyConsistency(old: TreeHead, now: TreeHead, proof: readonly Uint8Array[]): void {
  requireCount(old.size, 'old.size');
  requireCount(now.size, 'now.size');
  if (old.size > now.size) throw invalid('the older tree is larger');
  if (old.size === 0 || old.size === now.size) return verifyTrivial(old, now, proof);
  // Where the old tree is one complete subtree, the proof leaves it out.
  const path = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof;
  let [at, last] = [old.size - 1, now.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  const [first, ...steps] = path;
  if (first === undefined) throw invalid('it is empty');
  let [older, newer] = [first, first];
  for (const step of steps) {
    if (last === 0) throw invalid('it is too long');
    if (at % 2 === 1 || at === last) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      newer = nodeHash(newer, step);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw invalid('it is too short');
  if (!equalBytes(older, old.root)) throw invalid('it leads to another older root');
  if (!equalBytes(newer, now.root)) throw invalid('it leads to another newer root');
}

function verifyTrivial(old: TreeHead, now: TreeHead, proof: readonly Uint8Array[]): void {
  if (proof.length > 0) throw invalid('nothing is to be proven');
  if (old.size === 0 && !equalBytes(old.root, EMPTY_ROOT)) throw invalid('an empty tree has another root');
  if (old.size === now.size && !equalBytes(old.root, now.root)) throw invalid('one size has two roots');
}

/** The leaves `[start, end)`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function auditPath(index: number, { start, end }: Range): Range[] {
  if (end - start === 1) return [];
  const middle = start + largestPowerOfTwoBelow(end - start);
  return index < middle
    ? [...auditPath(index, { start, end: middle }), { start: middle, end }]
    : [...auditPath(index, { start: middle, end }), { start, end: middle }];
}

/** SUBPROOF of RFC 6962 section 2.1.2: `whole` while the verifier knows the root of what is on the left. */
function subproof(oldEnd: number, { start, end }: Range, left: 'whole' | 'part'): Range[] {
  if (oldEnd === end) return left === 'whole' ? [] : [{ start, end }];
  const middle = start + largestPowerOfTwoBelow(end - start);
  return oldEnd <= middle
    ? [...subproof(oldEnd, { start, end: middle }, left), { start: middle, end }]
    : [...subproof(oldEnd, { start: middle, end }, 'part'), { start, end: middle }];
}

async function hashesOf(hashes: SubtreeHashes, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for (const { start, end } of ranges) {
    const roots: Uint8Array[] = [];
    for (const subtree of completeSubtrees(start, end)) roots.push(await hashes(subtree));
    found.push(rootOf(roots));
  }
  return found;
}

function largestPowerOfTwoBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function isPowerOfTwo(count: number): boolean {
  return largestPowerOfTwoBelow(count) * 2 === count || count === 1;
}

function requireCount(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} is no count: ${value}`);
}

function invalid(why: string): LedgerError {
  return new LedgerError('proof-invalid', `The proof does not hold: ${why}.`);
}
