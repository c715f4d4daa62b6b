import { randomBytes } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { NONCE_BYTES, PayloadError, payloadKey, PayloadOpener, PayloadSealer } from './age-payload.ts';

/** Bytes in pieces, from memory or from elsewhere. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Why an age file did not open. `no-identity`: it is sealed to others, or its header was altered so that it seems so.
 * `altered`: anything else that is not as it was sealed.
 */
export class AgeFileError extends Error {
  readonly reason: 'no-identity' | 'altered';

  constructor(reason: 'no-identity' | 'altered', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AgeFileError';
    this.reason = reason;
  }
}

/**
 * Seals `source` as an age file (age-encryption.org/v1) to `recipients` (`age1…`), of which each can open it alone.
 * A few chunks are held at a time, however large the file. The first piece is the header, all of it and nothing else.
 */
export async function* sealAge(
  recipients: readonly string[],
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, void> {
  const { header, fileKey } = await makeHeader(recipients);
  const nonce = randomBytes(NONCE_BYTES);
  yield header;
  yield nonce;
  const sealer = new PayloadSealer(payloadKey(fileKey, nonce));
  for await (const piece of source) yield* sealer.push(piece);
  yield* sealer.end();
}

/**
 * Opens an age file with any of `identities` (`AGE-SECRET-KEY-…`). What comes out was authenticated; only once the
 * generator has ended is it certain that this was all. A few chunks are held at a time, however large the file.
 * @throws {AgeFileError}
 */
export async function* openAge(
  identities: readonly string[],
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new HeadReader(source);
  try {
    const fileKey = await unwrapFileKey(identities, await reader.header());
    const opener = new PayloadOpener(payloadKey(fileKey, await reader.take(NONCE_BYTES)));
    for await (const piece of reader.rest()) yield* opener.push(piece);
    yield* opener.end();
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    throw new AgeFileError('altered', error.message, { cause: error });
  } finally {
    await reader.close();
  }
}

/** The header by the library: an extra recipient, which leaves no trace in it, learns the file key. */
async function makeHeader(
  recipients: readonly string[],
): Promise<{ header: Uint8Array; fileKey: Uint8Array }> {
  if (recipients.length === 0) throw new RangeError('there is nobody to seal to');
  const encrypter = new Encrypter();
  let fileKey: Uint8Array | undefined;
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array());
  if (fileKey === undefined) throw new Error('the file key was not given out');
  // What follows the header is the nonce and the one empty chunk of a file without content, which is not used.
  return { header: empty.subarray(0, empty.length - NONCE_BYTES - 16), fileKey };
}

async function unwrapFileKey(identities: readonly string[], header: Uint8Array): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let matched = true;
  // Asked last, after all others have found nothing for themselves.
  decrypter.addIdentity({
    unwrapFileKey: () => {
      matched = false;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (matched) throw new AgeFileError('altered', 'the header is not a valid one', { cause });
    throw new AgeFileError('no-identity', 'the file is sealed to others', { cause });
  }
}

/** Far more than the wrapped keys of many recipients take, post-quantum ones included. */
const MOST_HEADER_BYTES = 128 * 1024;
const LAST_LINE = '\n--- ';

/** Takes the head of a file off a stream and leaves the rest. */
class HeadReader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource) {
    this.#source =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Everything through the line with the header's MAC. */
  async header(): Promise<Uint8Array> {
    for (;;) {
      const lastLine = this.#buffer.indexOf(LAST_LINE, 0, 'latin1');
      const end = lastLine < 0 ? -1 : this.#buffer.indexOf('\n', lastLine + 1, 'latin1');
      if (end >= 0) return this.take(end + 1);
      if (this.#buffer.length > MOST_HEADER_BYTES)
        throw new AgeFileError('altered', 'the header does not end');
      await this.#more();
    }
  }

  async take(bytes: number): Promise<Uint8Array> {
    while (this.#buffer.length < bytes) await this.#more();
    const taken = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    return taken;
  }

  async *rest(): AsyncGenerator<Uint8Array, void, void> {
    yield this.#buffer;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next())
      yield next.value;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new AgeFileError('altered', 'the file ends within its header');
    this.#buffer = Buffer.concat([this.#buffer, next.value]);
  }
}
