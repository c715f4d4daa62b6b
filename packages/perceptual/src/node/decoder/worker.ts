/**
 * The program that runs inside the confinement: takes pictures on its standard input, one at a time, and gives
 * their fingerprints or renderings on its standard output. It opens no file and speaks to no one else.
 */
import { Console } from 'node:console';
import { writeSync } from 'node:fs';
import { fingerprintPicture } from './fingerprint-picture.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import type { Fingerprinted, Rendered } from './outcome.ts';
import { isRequest, READY, type Request } from './protocol.ts';
import { unscannedFor } from './refusal.ts';
import { renderPicture } from './render-picture.ts';

// Standard output is for answers alone; some libraries print.
globalThis.console = new Console(process.stderr);

/** The parent is trusted; these only keep a mistake from being answered by an allocation. */
const reader = new FrameReader({ headerBytes: 64 * 1024, bodyBytes: 2 ** 32 - 1 });
const memoryLimit = Number(process.argv[2]);
const WATCH_INTERVAL_MILLISECONDS = 10;
const STANDARD_OUTPUT = 1;

answer(READY, new Uint8Array());
const input: AsyncIterable<Uint8Array> = process.stdin;
for await (const chunk of input) {
  for (const { header, body } of reader.push(chunk)) {
    if (!isRequest(header)) throw new TypeError('not a request');
    await serve(header, body);
  }
}

async function serve(request: Request, picture: Uint8Array): Promise<void> {
  const watch = setInterval(() => dieAboveLimit(request.id), WATCH_INTERVAL_MILLISECONDS);
  const outcome = await carryOut(request, picture).catch((error: unknown) =>
    unscannedFor(error, request.format, picture),
  );
  clearInterval(watch);
  if (outcome.kind === 'rendered') {
    const { bytes, ...header } = outcome;
    answer({ id: request.id, ...header }, bytes);
  } else {
    answer({ id: request.id, ...outcome }, new Uint8Array());
  }
  // Planes of pixels live outside the heap, where the collector sees no hurry; a large picture may need the room.
  if (process.memoryUsage.rss() > memoryLimit / 4) globalThis.gc?.();
}

function carryOut(request: Request, picture: Uint8Array): Promise<Fingerprinted | Rendered> {
  const { format, pixelLimit, frameLimit, render } = request;
  const bounds = { pixels: pixelLimit, frames: frameLimit };
  return render
    ? renderPicture(picture, format, bounds, render)
    : fingerprintPicture(picture, format, bounds);
}

/** Decoding runs on another thread, so this one is free to watch. There is nothing to tidy up: a kill is cleanest. */
function dieAboveLimit(id: number): void {
  if (process.memoryUsage.rss() <= memoryLimit) return;
  answer({ id, kind: 'unscanned', reason: 'out-of-memory' }, new Uint8Array());
  process.kill(process.pid, 'SIGKILL');
}

function answer(header: object, body: Uint8Array): void {
  for (const piece of encodeFrame(header, body)) {
    for (let written = 0; written < piece.length; ) written += writeSync(STANDARD_OUTPUT, piece, written);
  }
}
