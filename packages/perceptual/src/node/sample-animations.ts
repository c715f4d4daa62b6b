import type { Sharp } from 'sharp';
import { pngChunk } from './sample-pictures.ts';

export interface SampleFrame {
  readonly picture: Sharp;
  readonly x?: number;
  readonly y?: number;
  readonly disposal?: 'none' | 'clear' | 'restore';
}

const DISPOSALS = { none: 0, clear: 1, restore: 2 };

/** For tests: an animated PNG. Its first picture is the default one, and the first frame as well unless it is kept apart. */
export async function animatedPng(
  size: { readonly width: number; readonly height: number },
  frames: readonly SampleFrame[],
  first: 'frame' | 'apart' = 'frame',
): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size.width, 0);
  header.writeUInt32BE(size.height, 4);
  header.set([8, 2], 8); // bits, RGB
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames.length - (first === 'apart' ? 1 : 0), 0);
  const chunks = [pngChunk('IHDR', header), pngChunk('acTL', control)];
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    const png = await frame.picture.removeAlpha().png().toBuffer();
    if (i > 0 || first === 'frame') chunks.push(pngChunk('fcTL', frameControl(sequence++, png, frame)));
    for (const data of pictureData(png)) {
      const number = Buffer.alloc(4);
      if (i > 0) number.writeUInt32BE(sequence++, 0);
      chunks.push(i === 0 ? pngChunk('IDAT', data) : pngChunk('fdAT', Buffer.concat([number, data])));
    }
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunks,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function frameControl(
  sequence: number,
  png: Buffer,
  { x = 0, y = 0, disposal = 'none' }: SampleFrame,
): Buffer {
  const content = Buffer.alloc(26);
  [sequence, png.readUInt32BE(16), png.readUInt32BE(20), x, y].forEach((word, i) =>
    content.writeUInt32BE(word, 4 * i),
  );
  content.set([0, 1, 0, 10, DISPOSALS[disposal], 0], 20);
  return content;
}

function* pictureData(png: Buffer): Generator<Buffer> {
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') yield png.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
}
