/** A gray picture: `data[y * width + x]`, 0 (black) to 255 (white). */
export interface LumaPlane {
  readonly data: Float32Array | Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A color picture with its channels side by side: `data[(y * width + x) * channels]` is red. */
export interface RgbPixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/**
 * A gray picture that is read once, row by row: a plane of floats of a large picture would take four
 * bytes a pixel, and nothing downstream needs more than a few rows at a time.
 */
export interface LumaRows {
  readonly width: number;
  readonly height: number;
  /** Writes row `y` into `row`, which holds `width` values. */
  readRow(y: number, row: Float32Array): void;
}

/** Throws a RangeError if a dimension is no positive integer or the data has another length. */
export function rowsOfPlane({ data, width, height }: LumaPlane): LumaRows {
  checkLength(data.length, width, height, 1);
  return {
    width,
    height,
    readRow: (y, row) => row.set(data.subarray(y * width, (y + 1) * width)),
  };
}

/** As `rowsOfPlane`, by the weights of ITU-R BT.601. */
export function rowsOfRgb({ data, width, height, channels }: RgbPixels): LumaRows {
  if (channels !== 3 && channels !== 4)
    throw new RangeError(`channels must be 3 or 4, not ${String(channels)}`);
  checkLength(data.length, width, height, channels);
  return {
    width,
    height,
    readRow(y, row) {
      let at = y * width * channels;
      for (let x = 0; x < width; x++) {
        const redAndGreen = fround(fround(RED * data[at]!) + fround(GREEN * data[at + 1]!));
        row[x] = redAndGreen + fround(BLUE * data[at + 2]!);
        at += channels;
      }
    },
  };
}

const { fround } = Math;
const RED = fround(0.299);
const GREEN = fround(0.587);
const BLUE = fround(0.114);

function checkLength(length: number, width: number, height: number, channels: number): void {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`width and height must be positive integers, not ${width} by ${height}`);
    }
  }
  const expected = width * height * channels;
  if (length !== expected) {
    throw new RangeError(`data must hold ${expected} values for ${width} by ${height} pixels, not ${length}`);
  }
}
