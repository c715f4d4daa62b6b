import { createHash } from 'node:crypto';

/** Cryptographic digests of a file, each in lower-case hex. */
export interface Digests {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

/**
 * MD5, SHA-1 and SHA-256 of the bytes, in one pass. The two older ones are broken for signing; they
 * are here because shared hash lists are keyed to them.
 */
export function digests(bytes: Uint8Array): Digests {
  const running = new RunningDigests();
  running.update(bytes);
  return running.finish();
}

/** The same of bytes that arrive in pieces. Rejects with whatever error the source ends in. */
export async function digestsOf(chunks: AsyncIterable<Uint8Array>): Promise<Digests> {
  const running = new RunningDigests();
  for await (const chunk of chunks) running.update(chunk);
  return running.finish();
}

/** A stretch of this size stays in the processor's cache while the three digests read it. */
const STRETCH = 64 * 1024;

class RunningDigests {
  readonly #md5 = createHash('md5');
  readonly #sha1 = createHash('sha1');
  readonly #sha256 = createHash('sha256');

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += STRETCH) {
      const stretch = bytes.subarray(at, at + STRETCH);
      this.#md5.update(stretch);
      this.#sha1.update(stretch);
      this.#sha256.update(stretch);
    }
  }

  finish(): Digests {
    return {
      md5: this.#md5.digest('hex'),
      sha1: this.#sha1.digest('hex'),
      sha256: this.#sha256.digest('hex'),
    };
  }
}
