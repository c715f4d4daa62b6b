import { type Bounds, type Pixels } from './pixels.ts';
import { checkSize } from './libvips.ts';
import { Refusal } from './refusal.ts';

/**
 * A Windows or OS/2 bitmap, with all that has been in use since: 1 to 32 bits a pixel, palettes, bit fields, run lengths, either
 * order of rows. Alpha is passed over, as viewers do. Throws a Refusal if it is not sound and whole.
 * After "Bitmap Storage" of the Windows documentation.
 */
export function decodeBmp(bytes: Uint8Array, bounds: Bounds): Pixels {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 26) throw new Refusal('truncated');
  const header = readHeader(file);
  checkSize(header.width, header.height, bounds);
  const indices = header.compression === RLE8 || header.compression === RLE4;
  return indices ? expandRuns(file, header) : copyRows(file, header);
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly dataAt: number;
  readonly paletteAt: number;
  readonly paletteStep: 3 | 4;
  readonly masks: readonly number[];
}

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

function readHeader(file: Buffer): Header {
  const headerBytes = file.readUInt32LE(14);
  const dataAt = file.readUInt32LE(10);
  if (headerBytes === 12) {
    return checked({
      width: file.readUInt16LE(18),
      height: file.readUInt16LE(20),
      topDown: false,
      bits: file.readUInt16LE(24),
      compression: RGB,
      dataAt,
      paletteAt: 26,
      paletteStep: 3,
      masks: [],
    });
  }
  if (file.length < 14 + headerBytes || headerBytes < 40) throw new Refusal('truncated');
  const height = file.readInt32LE(22);
  const [bits, compression] = [file.readUInt16LE(28), file.readUInt32LE(30)];
  const hasMasks = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  if (hasMasks && file.length < 66) throw new Refusal('truncated');
  const masksBehind = hasMasks && headerBytes === 40 ? (compression === BIT_FIELDS ? 12 : 16) : 0;
  return checked({
    width: file.readInt32LE(18),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression,
    dataAt,
    paletteAt: 14 + headerBytes + masksBehind,
    paletteStep: 4,
    masks: hasMasks ? [54, 58, 62].map((at) => file.readUInt32LE(at)) : bits === 16 ? MASKS_555 : MASKS_888,
  });
}

const MASKS_555 = [0x7c00, 0x03e0, 0x001f];
const MASKS_888 = [0xff0000, 0x00ff00, 0x0000ff];

const BITS_BY_COMPRESSION = new Map([
  [RGB, [1, 4, 8, 16, 24, 32]],
  [RLE8, [8]],
  [RLE4, [4]],
  [BIT_FIELDS, [16, 32]],
  [ALPHA_BIT_FIELDS, [16, 32]],
]);

function checked(header: Header): Header {
  if (header.width < 0) throw new Refusal('corrupt');
  const allowed = BITS_BY_COMPRESSION.get(header.compression);
  // A whole JPEG or PNG within a bitmap is meant for printers.
  if (!allowed) throw new Refusal('unsupported-format');
  if (!allowed.includes(header.bits)) throw new Refusal('corrupt');
  return header;
}

function copyRows(file: Buffer, header: Header): Pixels {
  const { width, height, topDown, bits, dataAt } = header;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (dataAt + rowBytes * height > file.length) throw new Refusal('truncated');
  const data = Buffer.allocUnsafe(width * height * 3);
  const put = putterFor(file, header, data);
  for (let y = 0; y < height; y++) {
    const from = dataAt + (topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) put(from, x, (y * width + x) * 3);
  }
  return { data, width, height, channels: 3 };
}

/** How pixel `x` of the row that starts at `from` gets to where three bytes are for it. */
function putterFor(
  file: Buffer,
  header: Header,
  data: Buffer,
): (from: number, x: number, to: number) => void {
  const { bits, masks } = header;
  if (bits <= 8) {
    const palette = readPalette(file, header);
    const perByte = 8 / bits;
    return (from, x, to) => {
      const shift = 8 - bits * ((x % perByte) + 1);
      putIndex((file[from + Math.floor(x / perByte)]! >> shift) & (2 ** bits - 1), palette, data, to);
    };
  }
  if (bits === 24) {
    return (from, x, to) => {
      for (let c = 0; c < 3; c++) data[to + c] = file[from + 3 * x + 2 - c]!;
    };
  }
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, scale: mask === 0 ? 0 : 255 / (mask >>> shift) };
  });
  return (from, x, to) => {
    const word = bits === 16 ? file.readUInt16LE(from + 2 * x) : file.readUInt32LE(from + 4 * x);
    channels.forEach(({ mask, shift, scale }, c) => {
      data[to + c] = Math.round(((word & mask) >>> shift) * scale);
    });
  };
}

function readPalette(file: Buffer, { paletteAt, paletteStep, dataAt }: Header): Buffer {
  const end = Math.min(dataAt, file.length);
  const count = Math.min(256, Math.max(0, Math.floor((end - paletteAt) / paletteStep)));
  const palette = Buffer.alloc(count * 3);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = file[paletteAt + i * paletteStep + 2 - c]!;
  }
  return palette;
}

function putIndex(index: number, palette: Buffer, data: Buffer, to: number): void {
  if (3 * index >= palette.length) throw new Refusal('corrupt');
  palette.copy(data, to, 3 * index, 3 * index + 3);
}

/** Runs of equal pixels, and stretches of differing ones; what is skipped has the first color. */
function expandRuns(file: Buffer, header: Header): Pixels {
  const { width, height, bits, dataAt } = header;
  const palette = readPalette(file, header);
  const data = Buffer.alloc(width * height * 3);
  let [at, x, y] = [dataAt, 0, 0];
  const take = () => {
    if (at >= file.length) throw new Refusal('truncated');
    return file[at++]!;
  };
  const put = (index: number) => {
    if (x >= width || y >= height) throw new Refusal('corrupt');
    putIndex(index, palette, data, ((height - 1 - y) * width + x++) * 3);
  };
  const indexIn = (byte: number, i: number) => (bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
  for (;;) {
    const [count, value] = [take(), take()];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(indexIn(value, i));
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      return { data, width, height, channels: 3 };
    } else if (value === 2) {
      x += take();
      y += take();
    } else {
      let byte = 0;
      for (let i = 0; i < value; i++) {
        if (bits === 8 || i % 2 === 0) byte = take();
        put(indexIn(byte, i));
      }
      if ((at - dataAt) % 2 === 1) at++;
    }
  }
}
