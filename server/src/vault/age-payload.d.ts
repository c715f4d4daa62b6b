import { type KeyObject } from 'node:crypto';
/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): STREAM over ChaCha20-Poly1305 in chunks of 64 KiB.
 * OpenSSL does the work, at the speed of the stock program; the header is left to age-encryption.
 */
export declare const CHUNK_BYTES: number;
export declare const NONCE_BYTES = 16;
/** The payload cannot be opened: it was altered, cut short, put in another order, or something was added to it. */
export declare class PayloadError extends Error {
  constructor(message: string, options?: ErrorOptions);
}
/** The key of a payload: HKDF-SHA-256 of the 16-byte file key, salted with the 16-byte nonce before the payload. */
export declare function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): KeyObject;
/** Seals a payload piece by piece. `end` must be called once, last. */
export declare class PayloadSealer {
  #private;
  constructor(key: KeyObject);
  /** The sealed bytes that are ready: each chunk, and its tag. */
  push(piece: Uint8Array): Uint8Array[];
  end(): Uint8Array[];
}
/** Opens a payload piece by piece. What it gives out was authenticated; whether it is all of it, only `end` can tell. */
export declare class PayloadOpener {
  #private;
  constructor(key: KeyObject);
  /** @throws {PayloadError} when a chunk is not as it was sealed */
  push(piece: Uint8Array): Uint8Array[];
  /** @throws {PayloadError} when the last chunk is not as it was sealed, or was not the last */
  end(): Uint8Array[];
}
