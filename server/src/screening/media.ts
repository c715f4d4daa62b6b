import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestsOf, type Digests } from '@breakwater/perceptual/node';
import { identifyVideo, VIDEO_HEAD_BYTES } from '@breakwater/perceptual/video/node';
import { CodedError } from '../foundation/index.ts';

/** A video on its way: too large to be held in memory, so it lies in a private file until it is sealed. */
export interface SpooledFile extends Digests {
  readonly path: string;
  readonly bytes: number;
  /** Removes the file. May be called again. */
  discard(): Promise<void>;
}

/** What came in: a video in a file, anything else in memory. */
export type Media = Uint8Array | SpooledFile;

const MEBIBYTE = 1024 * 1024;
export const DEFAULT_MAX_VIDEO_BYTES = 512 * MEBIBYTE;

export interface TakeLimits {
  /** Bytes of what is no video, and is held in memory. */
  readonly memoryBytes: number;
  /** Bytes of a video. */
  readonly videoBytes: number;
}

/**
 * Takes bytes in as they arrive: what begins like a video goes to a file in the folder, with its digests computed on the
 * way, and anything else into memory. Told by content, never by name. On any failure nothing is left behind.
 * @throws {CodedError} BW-BODY-TOO-LARGE
 */
export async function takeMedia(
  folder: string,
  source: AsyncIterable<Uint8Array>,
  limits: TakeLimits,
): Promise<Media> {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < VIDEO_HEAD_BYTES) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head.push(value);
    length += value.length;
  }
  const start = Buffer.concat(head);
  const whole = joined(start, chunks);
  if (identifyVideo(start) !== undefined) return spool(folder, within(whole, limits.videoBytes, 'video'));
  const held: Uint8Array[] = [];
  for await (const chunk of within(whole, limits.memoryBytes, 'picture')) held.push(chunk);
  return Buffer.concat(held);
}

/** Removes what a program that was killed had left in the folder. Nothing in it was acknowledged. */
export async function sweepSpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Puts bytes into a private file of the folder. */
export async function spool(
  folder: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<SpooledFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomBytes(12).toString('hex')}.tmp`);
  const discard = () => rm(path, { force: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      let bytes = 0;
      const computed = await digestsOf(
        (async function* () {
          for await (const chunk of source) {
            await file.appendFile(chunk);
            bytes += chunk.length;
            yield chunk;
          }
        })(),
      );
      return { path, bytes, ...computed, discard };
    } finally {
      await file.close();
    }
  } catch (error) {
    await discard();
    throw error;
  }
}

async function* joined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield start;
    for (;;) {
      const { value, done } = await rest.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    // Whoever gives up in the middle lets go of the source.
    await rest.return?.();
  }
}

async function* within(
  source: AsyncIterable<Uint8Array>,
  limit: number,
  what: 'picture' | 'video',
): AsyncIterable<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > limit) {
      const message = `A ${what} may have ${Math.floor(limit / MEBIBYTE)} MiB at most here. Send less.`;
      throw new CodedError('BW-BODY-TOO-LARGE', { message });
    }
    yield chunk;
  }
}
