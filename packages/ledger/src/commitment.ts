import { sha256 } from './platform.ts';

/** Bytes of every hash here: SHA-256. */
export const HASH_BYTES = 32;

let scratch = Buffer.alloc(4096);

/**
 * The salted hash of an event's canonical form, which is all that the log holds of it: erase event and salt, and
 * nobody can tell what it said, yet the log still verifies. Prefixed by 0x00 as leaves are in RFC 6962 section 2.1.
 */
export function commit(salt: Uint8Array, canonicalEvent: string): Uint8Array {
  const start = 1 + salt.length;
  // A UTF-16 code unit takes three bytes of UTF-8 at the most.
  const most = start + canonicalEvent.length * 3;
  if (scratch.length < most) scratch = Buffer.alloc(most * 2);
  scratch[0] = 0x00;
  scratch.set(salt, 1);
  return sha256(scratch.subarray(0, start + scratch.write(canonicalEvent, start, 'utf8')));
}
