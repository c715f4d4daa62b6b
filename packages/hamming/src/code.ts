/** Length of a code, in bits and in bytes. */
export const CODE_BITS = 256;
export const CODE_BYTES = CODE_BITS / 8;
/** Length of a code in the 32-bit words that the search works on. */
export const CODE_WORDS = CODE_BITS / 32;

/**
 * Number of bits in which two 256-bit codes differ, 0 to 256.
 * Throws a RangeError if either is not exactly 32 bytes long.
 */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  const left = wordsOfCode(a);
  const right = wordsOfCode(b);
  let distance = 0;
  for (let i = 0; i < CODE_WORDS; i++) distance += bitCount(left[i]! ^ right[i]!);
  return distance;
}

/**
 * The code as eight 32-bit words. The order of bytes within a word is free, as long as every code
 * has the same: distances do not depend on it.
 * Throws a RangeError if the code is not exactly 32 bytes long.
 */
export function wordsOfCode(code: Uint8Array): Uint32Array {
  if (code.length !== CODE_BYTES)
    throw new RangeError(`code must be ${CODE_BYTES} bytes long, not ${code.length}`);
  const words = new Uint32Array(CODE_WORDS);
  new Uint8Array(words.buffer).set(code);
  return words;
}

/** Number of ones in a 32-bit word: pairs, then nibbles, then bytes summed in parallel. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
