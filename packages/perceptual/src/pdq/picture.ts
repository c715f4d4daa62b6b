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

export type Picture = LumaPlane | RgbPixels;

/** Sides beyond this could overflow the sums; no camera and no screen has one. */
export const LARGEST_SIDE = 262_144;

export function channelsOf(picture: Picture): 1 | 3 | 4 {
  return 'channels' in picture ? picture.channels : 1;
}

/** Throws a RangeError if a dimension is no positive integer or too large, or the data has another length. */
export function checkPicture(picture: Picture): void {
  const { data, width, height } = picture;
  const channels = channelsOf(picture);
  if (![1, 3, 4].includes(channels) || ('channels' in picture && channels === 1)) {
    throw new RangeError(`channels must be 3 or 4, not ${channels}`);
  }
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`width and height must be positive integers, not ${width} by ${height}`);
    }
    if (side > LARGEST_SIDE)
      throw new RangeError(`width and height must not exceed ${LARGEST_SIDE}, not ${side}`);
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new RangeError(
      `data must hold ${expected} values for ${width} by ${height} pixels, not ${data.length}`,
    );
  }
}
