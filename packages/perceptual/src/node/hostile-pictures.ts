import { deflateSync } from 'node:zlib';
import { bmp } from './sample-bmp.ts';
import { box } from './sample-heic.ts';
import { blackPng, pngChunk, sampleFiles, sampleScene } from './sample-pictures.ts';

/** For tests: files that lie, loop, or unpack to more than they should, by what is wrong with them. Made up on the spot. */
export async function hostilePictures(): Promise<ReadonlyMap<string, Buffer>> {
  const files = await sampleFiles();
  const jpeg = files.get('jpeg')!;
  return new Map([
    ['PNG that unpacks to 400 megapixels', blackPng({ width: 20_000, height: 20_000 })],
    ['PNG of 65,535 by 65,535 without data', blackPng({ width: 65_535, height: 65_535, rows: 1 })],
    ['PNG of two thousand million by one', blackPng({ width: 2 ** 31 - 1, height: 1, rows: 0 })],
    ['PNG of one by 300,000', blackPng({ width: 1, height: 300_000 })],
    ['PNG with a profile that unpacks to 50 MB', withProfile(await sampleScene().png().toBuffer())],
    ['PNG whose animation has frames outside', animation({ width: 64, height: 64, x: 4_000_000_000 })],
    ['PNG whose animation has frames of no size', animation({ width: 0, height: 64, x: 0 })],
    ['PNG whose animation has frames without data', animation({ width: 64, height: 64, x: 0, data: false })],
    ['JPEG that claims 65,500 by 65,500', withJpegSize(jpeg, 65_500, 65_500)],
    ['JPEG that claims 65,500 by 1', withJpegSize(jpeg, 65_500, 1)],
    ['JPEG of zero height', withJpegSize(jpeg, 320, 0)],
    ['JPEG of twelve bits', withJpegDepth(jpeg, 12)],
    [
      'JPEG of nothing but segments',
      Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(4_000_000, '\xff\xe1\0\x02', 'latin1')]),
    ],
    ['GIF of 65,535 by 65,535', gif(65_535, 65_535)],
    ['GIF of zero width', gif(0, 10)],
    ['WebP that claims 16,383 by 16,383', webp()],
    ['TIFF whose directories loop', tiff({ width: 16, height: 16, next: 8 })],
    ['TIFF that claims a million by a million', tiff({ width: 1_000_000, height: 1_000_000, next: 0 })],
    ['TIFF of zero height', tiff({ width: 16, height: 0, next: 0 })],
    [
      'BMP of 2,147,483,647 by 2,147,483,648',
      bmp({ width: 2 ** 31 - 1, height: -(2 ** 31), bits: 24, data: Buffer.alloc(4) }),
    ],
    [
      'BMP of runs that unpack to 200 megapixels',
      bmp({
        width: 20_000,
        height: 10_000,
        bits: 8,
        compression: 1,
        palette: [0, 0, 0],
        data: Buffer.alloc(4),
      }),
    ],
    ['AVIF with a box of absurd length', lyingBoxes('avif')],
    ['HEIC with a box of absurd length', lyingBoxes('heic')],
    ['AVIF with boxes within boxes', nestedBoxes('avif')],
    ['HEIC with boxes within boxes', nestedBoxes('heic')],
    ['AVIF that claims to be larger than it is', withAvifSize(files.get('avif')!)],
  ]);
}

/** For tests: sound pictures with far more metadata than picture. */
export async function heavyPictures(): Promise<ReadonlyMap<string, Buffer>> {
  const jpeg = await sampleScene().jpeg().toBuffer();
  return new Map([
    ['13 MB of EXIF', Buffer.concat([jpeg.subarray(0, 2), ...segments(0xe1, 'Exif\0\0'), jpeg.subarray(2)])],
    [
      '13 MB of ICC profile',
      Buffer.concat([jpeg.subarray(0, 2), ...segments(0xe2, 'ICC_PROFILE\0\x01\xc8'), jpeg.subarray(2)]),
    ],
  ]);
}

function segments(marker: number, name: string): Buffer[] {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), Buffer.alloc(65_000)]);
  return Array.from({ length: 200 }, () => jpegSegment(marker, content));
}

function withProfile(png: Buffer): Buffer {
  const profile = Buffer.concat([Buffer.from('placeholder\0\0'), deflateSync(Buffer.alloc(50_000_000))]);
  return Buffer.concat([png.subarray(0, 33), pngChunk('iCCP', profile), png.subarray(33, png.length - 12)]);
}

interface FrameClaim {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly data?: boolean;
}

function animation({ width, height, x, data = true }: FrameClaim): Buffer {
  const still = blackPng({ width: 64, height: 64, animated: true });
  const control = Buffer.alloc(26);
  [1, width, height, x, 0].forEach((word, i) => control.writeUInt32BE(word, 4 * i));
  const frame = data
    ? [pngChunk('fdAT', Buffer.concat([Buffer.alloc(4), deflateSync(Buffer.alloc(600))]))]
    : [];
  const end = still.length - 12;
  return Buffer.concat([still.subarray(0, end), pngChunk('fcTL', control), ...frame, still.subarray(end)]);
}

function frameHeaderOf(jpeg: Buffer): number {
  return jpeg.indexOf(Buffer.from([0xff, 0xc0]));
}

function withJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(jpeg);
  changed.writeUInt16BE(height, frameHeaderOf(jpeg) + 5);
  changed.writeUInt16BE(width, frameHeaderOf(jpeg) + 7);
  return changed;
}

function withJpegDepth(jpeg: Buffer, bits: number): Buffer {
  const changed = Buffer.from(jpeg);
  changed[frameHeaderOf(jpeg) + 4] = bits;
  return changed;
}

function jpegSegment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

function gif(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x4c, 0x01, 0, 0x3b]);
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    size,
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    frame,
  ]);
}

function webp(): Buffer {
  const lossless = Buffer.from([0x2f, 0xff, 0xff, 0xff, 0x0f, 0x88, 0x88, 0x08]);
  const head = Buffer.from('RIFF\x14\0\0\0WEBPVP8L\x08\0\0\0', 'latin1');
  return Buffer.concat([head, lossless]);
}

function tiff({
  width,
  height,
  next,
}: {
  readonly width: number;
  readonly height: number;
  readonly next: number;
}): Buffer {
  const tags = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, height],
    [279, 256],
  ] as const;
  const file = Buffer.alloc(10 + tags.length * 12 + 4 + 256);
  file.write('II*\0\x08\0\0\0', 'latin1');
  file.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, value], i) => {
    const at = 10 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(4, at + 2);
    file.writeUInt32LE(1, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  file.writeUInt32LE(next, 10 + tags.length * 12);
  return file;
}

function fileType(brand: string): Buffer {
  return box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
}

function lyingBoxes(brand: string): Buffer {
  return Buffer.concat([
    fileType(brand),
    Buffer.from('\xff\xff\xff\xf0meta\0\0\0\0\0\0\0\x01ipco', 'latin1'),
  ]);
}

function nestedBoxes(brand: string): Buffer {
  let inner = box('free');
  for (let i = 0; i < 2000; i++) inner = box('meta', Buffer.alloc(4), inner);
  return Buffer.concat([fileType(brand), inner]);
}

function withAvifSize(avif: Buffer): Buffer {
  const changed = Buffer.from(avif);
  const at = changed.indexOf('ispe') + 8;
  changed.writeUInt32BE(60_000, at);
  changed.writeUInt32BE(60_000, at + 4);
  return changed;
}
