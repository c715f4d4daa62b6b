import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): STREAM over ChaCha20-Poly1305 in chunks of 64 KiB.
 * OpenSSL does the work, at the speed of the stock program; the header is left to age-encryption.
 */
export const CHUNK_BYTES = 64 * 1024;
export const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const ALGORITHM = 'chacha20-poly1305';

/** The payload cannot be opened: it was altered, cut short, put in another order, or something was added to it. */
export class PayloadError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PayloadError';
  }
}

/** The key of a payload: HKDF-SHA-256 of the 16-byte file key, salted with the 16-byte nonce before the payload. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32)));
}

/** Seals a payload piece by piece. `end` must be called once, last. */
export class PayloadSealer {
  readonly #key: KeyObject;
  readonly #nonce = new ChunkNonce();
  readonly #chunks = new Chunks(CHUNK_BYTES);

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** The sealed bytes that are ready: each chunk, and its tag. */
  push(piece: Uint8Array): Uint8Array[] {
    return this.#chunks.push(piece).flatMap((chunk) => this.#seal(chunk, this.#nonce.next()));
  }

  end(): Uint8Array[] {
    return this.#seal(this.#chunks.rest(), this.#nonce.last());
  }

  #seal(chunk: Uint8Array, nonce: Uint8Array): Uint8Array[] {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    const sealed = cipher.update(chunk);
    cipher.final();
    return [sealed, cipher.getAuthTag()];
  }
}

/** Opens a payload piece by piece. What it gives out was authenticated; whether it is all of it, only `end` can tell. */
export class PayloadOpener {
  readonly #key: KeyObject;
  readonly #nonce = new ChunkNonce();
  readonly #chunks = new Chunks(SEALED_CHUNK_BYTES);
  #first = true;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** @throws {PayloadError} when a chunk is not as it was sealed */
  push(piece: Uint8Array): Uint8Array[] {
    return this.#chunks.push(piece).map((chunk) => {
      this.#first = false;
      return this.#open(chunk, this.#nonce.next());
    });
  }

  /** @throws {PayloadError} when the last chunk is not as it was sealed, or was not the last */
  end(): Uint8Array[] {
    const chunk = this.#chunks.rest();
    if (chunk.length < TAG_BYTES) throw new PayloadError('the payload ends in the middle of a chunk');
    // Two files of the same content could otherwise differ.
    if (chunk.length === TAG_BYTES && !this.#first) throw new PayloadError('the last chunk is empty');
    return [this.#open(chunk, this.#nonce.last())];
  }

  #open(chunk: Uint8Array, nonce: Uint8Array): Uint8Array {
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(chunk.subarray(chunk.length - TAG_BYTES));
    const opened = decipher.update(chunk.subarray(0, chunk.length - TAG_BYTES));
    try {
      decipher.final();
    } catch (cause) {
      throw new PayloadError('a chunk of the payload is not as it was sealed', { cause });
    }
    return opened;
  }
}

/** A counter of 11 bytes, big-endian, and a byte that marks the last chunk. */
class ChunkNonce {
  readonly #bytes = Buffer.alloc(12);
  #count = 0;

  next(): Uint8Array {
    // Six bytes count to 16 exbibytes.
    this.#bytes.writeUIntBE(this.#count++, 5, 6);
    return this.#bytes;
  }

  last(): Uint8Array {
    this.next();
    this.#bytes[11] = 1;
    return this.#bytes;
  }
}

/** Cuts a stream into chunks. The last one is held back until `rest`, since only there it is known to be the last. */
class Chunks {
  readonly #size: number;
  #held: Buffer = Buffer.alloc(0);
  #filled = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(piece: Uint8Array): Uint8Array[] {
    if (this.#filled + piece.length <= this.#size) {
      this.#hold(piece);
      return [];
    }
    const chunks: Uint8Array[] = [];
    let rest = piece;
    if (this.#filled > 0) {
      const missing = this.#size - this.#filled;
      this.#hold(rest.subarray(0, missing));
      chunks.push(this.#held);
      rest = rest.subarray(missing);
    }
    for (; rest.length > this.#size; rest = rest.subarray(this.#size))
      chunks.push(rest.subarray(0, this.#size));
    this.#filled = 0;
    this.#hold(rest);
    return chunks;
  }

  rest(): Uint8Array {
    return this.#held.subarray(0, this.#filled);
  }

  /** Copied, because whoever gave the bytes may use their memory again; each chunk into memory of its own. */
  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#filled === 0) this.#held = Buffer.allocUnsafe(this.#size);
    this.#held.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }
}
