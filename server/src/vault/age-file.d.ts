/** Bytes in pieces, from memory or from elsewhere. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
/**
 * Why an age file did not open. `no-identity`: it is sealed to others, or its header was altered so that it seems so.
 * `altered`: anything else that is not as it was sealed.
 */
export declare class AgeFileError extends Error {
  readonly reason: 'no-identity' | 'altered';
  constructor(reason: 'no-identity' | 'altered', message: string, options?: ErrorOptions);
}
/**
 * Seals `source` as an age file (age-encryption.org/v1) to `recipients` (`age1…`), of which each can open it alone.
 * A few chunks are held at a time, however large the file.
 */
export declare function sealAge(
  recipients: readonly string[],
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, void>;
/**
 * Opens an age file with any of `identities` (`AGE-SECRET-KEY-…`). What comes out was authenticated; only once the
 * generator has ended is it certain that this was all. A few chunks are held at a time, however large the file.
 * @throws {AgeFileError}
 */
export declare function openAge(
  identities: readonly string[],
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, void>;
