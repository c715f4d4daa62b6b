import type { Stills } from './stills-of-video.ts';

/** Pixels between the stills. */
const GAP = 4;
const HEADERS_BYTES = 54;

/**
 * All stills on one picture, row by row from the top left, in as many columns as make it about square: a bitmap of 24 bits
 * ("Bitmap Storage", Windows documentation), for a decoder of pictures to encode as people are to see it.
 */
export function contactSheet({ stills, width, height }: Stills): Uint8Array {
  const columns = Math.ceil(Math.sqrt(stills.length));
  const rows = Math.ceil(stills.length / columns);
  const sheetWidth = columns * (width + GAP) - GAP;
  const sheetHeight = rows * (height + GAP) - GAP;
  const stride = (sheetWidth * 3 + 3) & ~3;
  const sheet = Buffer.alloc(HEADERS_BYTES + stride * sheetHeight);
  writeHeaders(sheet, sheetWidth, sheetHeight);
  stills.forEach(({ rgb }, index) => {
    const left = (index % columns) * (width + GAP);
    const top = Math.floor(index / columns) * (height + GAP);
    for (let y = 0; y < height; y++) {
      // The lowest row comes first.
      let at = HEADERS_BYTES + (sheetHeight - 1 - top - y) * stride + left * 3;
      for (let from = y * width * 3; from < (y + 1) * width * 3; from += 3, at += 3) {
        sheet[at] = rgb[from + 2] ?? 0;
        sheet[at + 1] = rgb[from + 1] ?? 0;
        sheet[at + 2] = rgb[from] ?? 0;
      }
    }
  });
  return sheet;
}

function writeHeaders(sheet: Buffer, width: number, height: number): void {
  sheet.write('BM', 0, 'latin1');
  sheet.writeUInt32LE(sheet.length, 2);
  sheet.writeUInt32LE(HEADERS_BYTES, 10);
  sheet.writeUInt32LE(40, 14);
  sheet.writeInt32LE(width, 18);
  sheet.writeInt32LE(height, 22);
  sheet.writeUInt16LE(1, 26);
  sheet.writeUInt16LE(24, 28);
  sheet.writeUInt32LE(sheet.length - HEADERS_BYTES, 34);
}
