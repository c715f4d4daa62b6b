/** For tests: bitmaps of all kinds. */
export interface BmpLayout {
  readonly width: number;
  /** Negative for rows from the top. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Red, green and blue, one after another. */
  readonly palette?: readonly number[];
  readonly masks?: readonly number[];
  readonly data: Buffer;
}

/** With the header of Windows 3. */
export function bmp({
  width,
  height,
  bits,
  compression = 0,
  palette = [],
  masks = [],
  data,
}: BmpLayout): Buffer {
  const colors = palette.length / 3;
  const header = Buffer.alloc(54 + masks.length * 4 + colors * 4);
  header.write('BM', 'latin1');
  header.writeUInt32LE(header.length + data.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  masks.forEach((mask, i) => header.writeUInt32LE(mask, 54 + 4 * i));
  for (let i = 0; i < colors; i++) {
    for (let c = 0; c < 3; c++) header[54 + masks.length * 4 + 4 * i + c] = palette[3 * i + 2 - c]!;
  }
  return Buffer.concat([header, data]);
}
