import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { checkSize, examine, openByLibvips } from './libvips.ts';
import { type Bounds, framesWithin, type Pixels, pixelsOf, type Source } from './pixels.ts';
import { Refusal } from './refusal.ts';

/** Whether a PNG says before its picture data that it is animated. */
export function isAnimatedPng(file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  return bytes.subarray(0, Math.max(0, bytes.indexOf('IDAT'))).includes('acTL');
}

/**
 * The frames of an animated PNG, each as the whole canvas looks while it is shown: PNG, third edition, sections 11.3.4.1 to
 * 11.3.4.3. libvips knows the default picture alone; every frame is handed to it as a PNG of its own. The default picture comes
 * first whether or not it is part of the animation. Rejects with a Refusal, or with an error of libvips.
 */
export async function openAnimatedPng(picture: Uint8Array, bounds: Bounds): Promise<Source> {
  const still = await openByLibvips(picture, 'png', bounds);
  const chunks = readChunks(picture);
  const frames = readFrames(chunks);
  const canvas = await examine(picture, 'png', bounds);
  const { width, height } = canvas.metadata;
  for (const frame of frames) {
    checkSize(frame.width, frame.height, bounds);
    if (frame.x + frame.width > width || frame.y + frame.height > height) throw new Refusal('corrupt');
  }
  const allowed = framesWithin(bounds, frames.length, width * height);
  const includesDefault =
    chunks.findIndex(({ type }) => type === 'fcTL') < chunks.findIndex(({ type }) => type === 'IDAT');
  return {
    ...still,
    frameCount: Math.max(1, frames.length, framesClaimed(chunks)) + (includesDefault ? 0 : 1),
    frames: (async function* () {
      yield* still.frames;
      const all = composed(chunks, frames.slice(0, allowed), width, height);
      // The default picture has been given already.
      if (includesDefault) await all.next();
      yield* all;
    })(),
  };
}

function framesClaimed(chunks: readonly Chunk[]): number {
  const content = chunks.find(({ type }) => type === 'acTL')?.content;
  return content && content.length >= 4 ? Math.min(content.readUInt32BE(0), 2 ** 30) : 0;
}

interface Chunk {
  readonly type: string;
  readonly content: Buffer;
}

interface AnimationFrame {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly disposal: number;
  readonly blend: number;
  readonly data: Buffer[];
}

const CLEAR = 1;
const RESTORE = 2;
const OVER = 1;

function readChunks(picture: Uint8Array): Chunk[] {
  const file = Buffer.from(picture.buffer, picture.byteOffset, picture.length);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    if (at + 12 + length > file.length) throw new Refusal('truncated');
    const type = file.toString('latin1', at + 4, at + 8);
    chunks.push({ type, content: file.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  throw new Refusal('truncated');
}

function readFrames(chunks: readonly Chunk[]): AnimationFrame[] {
  const frames: AnimationFrame[] = [];
  for (const { type, content } of chunks) {
    if (type === 'fcTL') {
      if (content.length !== 26) throw new Refusal('corrupt');
      frames.push({
        width: content.readUInt32BE(4),
        height: content.readUInt32BE(8),
        x: content.readUInt32BE(12),
        y: content.readUInt32BE(16),
        disposal: content[24]!,
        blend: content[25]!,
        data: [],
      });
    } else if (type === 'IDAT') {
      frames.at(-1)?.data.push(content);
    } else if (type === 'fdAT') {
      if (content.length < 4) throw new Refusal('corrupt');
      frames.at(-1)?.data.push(content.subarray(4));
    }
  }
  if (frames.some(({ data }) => data.length === 0)) throw new Refusal('corrupt');
  return frames;
}

async function* composed(
  chunks: readonly Chunk[],
  frames: readonly AnimationFrame[],
  width: number,
  height: number,
): AsyncGenerator<Pixels> {
  const canvas = new Uint8Array(width * height * 4);
  for (const frame of frames) {
    const own = await pixelsOf(
      sharp(asPng(chunks, frame), { ignoreIcc: true }).toColourspace('srgb').ensureAlpha(),
    );
    const before = frame.disposal === RESTORE ? canvas.slice() : undefined;
    drawOn(canvas, width, own, frame);
    yield { data: canvas, width, height, channels: 4 };
    if (before) canvas.set(before);
    else if (frame.disposal === CLEAR) clear(canvas, width, frame);
  }
}

/** What applies to the whole file applies to each of its frames. */
const SHARED = ['PLTE', 'tRNS'];

function asPng(chunks: readonly Chunk[], { width, height, data }: AnimationFrame): Buffer {
  const header = Buffer.from(chunks.find(({ type }) => type === 'IHDR')?.content ?? Buffer.alloc(13));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const end = chunks.findIndex(({ type }) => type === 'IDAT');
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunk('IHDR', header),
    ...chunks
      .slice(0, end)
      .flatMap(({ type, content }) => (SHARED.includes(type) ? chunk(type, content) : [])),
    ...chunk('IDAT', Buffer.concat(data)),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer[] {
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  const name = Buffer.from(type, 'latin1');
  ends.writeUInt32BE(crc32(content, crc32(name)), 4);
  return [ends.subarray(0, 4), name, content, ends.subarray(4)];
}

function drawOn(canvas: Uint8Array, width: number, own: Pixels, { x, y, blend }: AnimationFrame): void {
  for (let row = 0; row < own.height; row++) {
    for (let column = 0; column < own.width; column++) {
      const from = (row * own.width + column) * 4;
      const to = ((y + row) * width + x + column) * 4;
      if (blend === OVER) blendOver(canvas, to, own.data, from);
      else for (let c = 0; c < 4; c++) canvas[to + c] = own.data[from + c]!;
    }
  }
}

/** "Over" of Porter and Duff, for colors that are not multiplied by alpha. */
function blendOver(canvas: Uint8Array, to: number, data: Uint8Array, from: number): void {
  const above = data[from + 3]!;
  const below = (canvas[to + 3]! * (255 - above)) / 255;
  const alpha = above + below;
  if (alpha === 0) return;
  for (let c = 0; c < 3; c++) {
    canvas[to + c] = Math.round((data[from + c]! * above + canvas[to + c]! * below) / alpha);
  }
  canvas[to + 3] = Math.round(alpha);
}

function clear(canvas: Uint8Array, width: number, frame: AnimationFrame): void {
  for (let row = frame.y; row < frame.y + frame.height; row++) {
    canvas.fill(0, (row * width + frame.x) * 4, (row * width + frame.x + frame.width) * 4);
  }
}
