import { createHash, createHmac, randomUUID, type Hash } from 'node:crypto';
import { CodedError } from '../foundation/index.ts';
import { sealAge, type ByteSource } from './age-file.ts';
import type { ObjectStore } from './object-store.ts';

/** A sealed object as it was put into the store. */
export interface Sealed {
  readonly name: string;
  /** The header of the age file, which is kept apart from what lies in the store. */
  readonly header: Buffer;
  /** Of the bytes in the store. */
  readonly sha256: Buffer;
  readonly bytes: number;
  /** Fingerprints of the recipients. */
  readonly to: readonly string[];
}

/**
 * Seals content straight into the store, in one pass, under a name drawn at random; all but the header, which is returned. `contentKey` is a keyed hash of the
 * content (HMAC-SHA-256): equal content is recognized by it, and without the key it says nothing.
 * @throws {CodedError} BW-EXHIBIT-TOO-LARGE, and what the store throws; nothing is left behind then
 */
export async function sealInto(
  store: ObjectStore,
  content: ByteSource,
  how: {
    readonly contentSecret: Uint8Array;
    readonly recipients: readonly string[];
    readonly mostBytes: number;
  },
): Promise<{ contentKey: Buffer; bytes: number; sealed: Sealed }> {
  const name = randomUUID();
  const hmac = createHmac('sha256', how.contentSecret);
  const hash = createHash('sha256');
  let [bytes, sealedBytes] = [0, 0];
  const plain = async function* () {
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > how.mostBytes) throw new CodedError('BW-EXHIBIT-TOO-LARGE');
      hmac.update(piece);
      yield piece;
    }
  };
  const file = sealAge(how.recipients, plain());
  const { value: header } = await file.next();
  if (header === undefined) throw new Error('an age file came without its header');
  const sealed = async function* () {
    for await (const piece of hashing(file, hash)) {
      sealedBytes += piece.length;
      yield piece;
    }
  };
  await store.put(name, sealed());
  const to = how.recipients.map(fingerprintOfRecipient);
  return {
    contentKey: hmac.digest(),
    bytes,
    sealed: { name, header: Buffer.from(header), sha256: hash.digest(), bytes: sealedBytes, to },
  };
}

/** Hashes what passes through. */
export async function* hashing(
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of source) {
    hash.update(piece);
    yield piece;
  }
}

/** Names a recipient in few characters; a recipient is no secret. */
export function fingerprintOfRecipient(recipient: string): string {
  return createHash('sha256').update(recipient).digest('hex');
}
