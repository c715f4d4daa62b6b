import { bitCount, CODE_BITS, CODE_WORDS, wordsOfCode } from './code.ts';

/** One code of the index that lies within the radius of a query. */
export interface Match {
  /** The number that the code was added with. */
  readonly payload: number;
  /** Differing bits, 0 to 256. */
  readonly distance: number;
}

/** A multiset of 256-bit codes, each with a number of the caller's, that answers exact range queries. */
export interface HammingIndex {
  /** Number of codes held, duplicates counted. */
  readonly size: number;

  /**
   * Adds a code of 32 bytes with its payload, a safe integer. The same pair may be added again and is then held twice.
   * Throws a RangeError on a code of another length or a payload that is no safe integer.
   */
  add(code: Uint8Array, payload: number): void;

  /**
   * Removes one holding of exactly this code with this payload, and tells whether there was one.
   * Throws a RangeError on a code of another length.
   */
  remove(code: Uint8Array, payload: number): boolean;

  /**
   * Every code within `radius` bits of the query (31 unless told: the PDQ authors' recommendation),
   * nearest first, equal distances by payload. Exact: never misses one.
   * Throws a RangeError on a code of another length, or a radius that is not an integer from 0 to 256.
   */
  search(code: Uint8Array, radius?: number): Match[];
}

/** An index that compares the query with every code in turn. Takes 40 bytes a code. */
export function createLinearIndex(): HammingIndex {
  return new LinearIndex();
}

const DEFAULT_RADIUS = 31;
const FIRST_CAPACITY = 64;

class LinearIndex implements HammingIndex {
  /** Codes one after the other, eight words each; those beyond `#size` are unused room. */
  #words = new Uint32Array(FIRST_CAPACITY * CODE_WORDS);
  #payloads = new Float64Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(code: Uint8Array, payload: number): void {
    const words = wordsOfCode(code);
    if (!Number.isSafeInteger(payload))
      throw new RangeError(`payload must be a safe integer, not ${payload}`);
    if (this.#size === this.#payloads.length) this.#grow();
    this.#words.set(words, this.#size * CODE_WORDS);
    this.#payloads[this.#size] = payload;
    this.#size++;
  }

  remove(code: Uint8Array, payload: number): boolean {
    const query = wordsOfCode(code);
    for (let i = 0; i < this.#size; i++) {
      if (this.#payloads[i] === payload && distanceAt(this.#words, i, query, 0) === 0) {
        this.#replaceByLast(i);
        return true;
      }
    }
    return false;
  }

  search(code: Uint8Array, radius: number = DEFAULT_RADIUS): Match[] {
    const query = wordsOfCode(code);
    if (!Number.isInteger(radius) || radius < 0 || radius > CODE_BITS) {
      throw new RangeError(`radius must be an integer from 0 to ${CODE_BITS}, not ${radius}`);
    }
    const matches: Match[] = [];
    for (let i = 0; i < this.#size; i++) {
      const distance = distanceAt(this.#words, i, query, radius);
      if (distance <= radius) matches.push({ payload: this.#payloads[i]!, distance });
    }
    return matches.toSorted((a, b) => a.distance - b.distance || a.payload - b.payload);
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const payloads = new Float64Array(this.#payloads.length * 2);
    payloads.set(this.#payloads);
    this.#payloads = payloads;
  }

  #replaceByLast(i: number): void {
    const last = this.#size - 1;
    this.#words.copyWithin(i * CODE_WORDS, last * CODE_WORDS, (last + 1) * CODE_WORDS);
    this.#payloads[i] = this.#payloads[last]!;
    this.#size = last;
  }
}

/**
 * Distance of the code at position `i` from the query, or some number above `radius` if it is above:
 * unrelated codes differ in about half their bits, so three words in most are already out of reach.
 */
function distanceAt(words: Uint32Array, i: number, query: Uint32Array, radius: number): number {
  const at = i * CODE_WORDS;
  const near =
    bitCount(words[at]! ^ query[0]!) +
    bitCount(words[at + 1]! ^ query[1]!) +
    bitCount(words[at + 2]! ^ query[2]!);
  if (near > radius) return near;
  return (
    near +
    bitCount(words[at + 3]! ^ query[3]!) +
    bitCount(words[at + 4]! ^ query[4]!) +
    bitCount(words[at + 5]! ^ query[5]!) +
    bitCount(words[at + 6]! ^ query[6]!) +
    bitCount(words[at + 7]! ^ query[7]!)
  );
}
