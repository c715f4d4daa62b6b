import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Pictures for tests: slopes, disks and bars, made up on the spot. */
const WIDTH = 320;
const HEIGHT = 240;

/** The sample scene, ready to be encoded in any way. */
export function sampleScene(): Sharp {
  return sharp(pixelsOfScene(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

/** Another scene, which has nothing in common with the first. */
export function otherScene(): Sharp {
  return sampleScene().rotate(180).negate();
}

export const SAMPLE_SIZE = { width: WIDTH, height: HEIGHT };

/** The sample scene in every format that can be decoded. */
export async function sampleFiles(): Promise<ReadonlyMap<string, Buffer>> {
  return new Map([
    ['jpeg', await sampleScene().jpeg({ quality: 92 }).toBuffer()],
    ['png', await sampleScene().png().toBuffer()],
    ['gif', await sampleScene().gif().toBuffer()],
    ['webp', await sampleScene().webp({ quality: 92 }).toBuffer()],
    ['avif', await sampleScene().avif({ quality: 80, effort: 1 }).toBuffer()],
    ['tiff', await sampleScene().tiff({ compression: 'lzw' }).toBuffer()],
  ]);
}

export interface PngClaim {
  readonly width: number;
  readonly height: number;
  /** Rows of picture data that are really there; all of them unless told. */
  readonly rows?: number;
  /** Whether it says of itself that frames follow the picture. */
  readonly animated?: boolean;
}

/** A black, bilevel PNG, put together by hand: of any size, at next to no cost. */
export function blackPng({ width, height, rows = height, animated = false }: PngClaim): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1; // bits a sample
  const rowBytes = 1 + Math.ceil(width / 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(animated ? [pngChunk('acTL', Buffer.alloc(8, 1))] : []),
    pngChunk('IDAT', deflateSync(Buffer.alloc(rowBytes * rows), { level: 1 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, content: Buffer): Buffer {
  const lengthField = Buffer.alloc(4);
  lengthField.writeUInt32BE(content.length);
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([lengthField, named, checksum]);
}

function pixelsOfScene(): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) pixels.set(colorAt(x, y), (y * WIDTH + x) * 3);
  }
  return pixels;
}

function colorAt(x: number, y: number): readonly [number, number, number] {
  if (Math.hypot(x - 90, y - 80) < 55) return [230, 190, 60];
  if (Math.hypot(x - 235, y - 60) < 40) return [40, 60, 160];
  if (Math.abs(x - 2 * y + 150) < 30) return [250, 250, 250];
  if (y > 190 && x % 64 < 24) return [20, 20, 20];
  return [60 + Math.floor(x / 4), 160 - Math.floor(y / 3), 100 + Math.floor((x + y) / 8)];
}
