const HASH_BYTES = 32;

/**
 * The hash as 64 lower-case hex digits, in the order that shared lists use.
 * Throws a RangeError unless it is 32 bytes long.
 */
export function pdqToHex(hash: Uint8Array): string {
  if (hash.length !== HASH_BYTES)
    throw new RangeError(`A PDQ hash is ${HASH_BYTES} bytes long, not ${hash.length}`);
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The hash of 64 hex digits, in either case.
 * Throws a SyntaxError on anything else, spaces included.
 */
export function pdqFromHex(hex: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new SyntaxError('A PDQ hash is written as exactly 64 hex digits');
  return Uint8Array.from({ length: HASH_BYTES }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
