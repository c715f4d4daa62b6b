import type { Rows } from './block.ts';

/** Pictures with a side above this are resized by the 512-nearest family. */
export const NEAREST_SIDE = 512;

/**
 * The picture as the C++ reference sees it: above 512 pixels, resized to exactly 512 by 512, whatever its shape, by
 * taking pixel `floor(x * width / 512)`; otherwise as it is.
 */
export function nearest512(picture: Rows): Rows {
  const { width, height, channels } = picture;
  if (width <= NEAREST_SIDE && height <= NEAREST_SIDE) return picture;
  const taken = Int32Array.from(
    { length: NEAREST_SIDE },
    (_, x) => Math.floor((x * width) / NEAREST_SIDE) * channels,
  );
  const row = new Uint8Array(width * channels);
  return {
    width: NEAREST_SIDE,
    height: NEAREST_SIDE,
    channels: channels === 1 ? 1 : 3,
    copyRow(y, to) {
      picture.copyRow(Math.floor((y * height) / NEAREST_SIDE), row);
      if (channels === 1) takeGray(row, taken, to);
      else takeRgb(row, taken, to);
    },
  };
}

function takeGray(row: Uint8Array, taken: Int32Array, to: Uint8Array): void {
  for (let x = 0; x < NEAREST_SIDE; x++) to[x] = row[taken[x]!]!;
}

function takeRgb(row: Uint8Array, taken: Int32Array, to: Uint8Array): void {
  for (let x = 0, at = 0; x < NEAREST_SIDE; x++, at += 3) {
    const from = taken[x]!;
    to[at] = row[from]!;
    to[at + 1] = row[from + 1]!;
    to[at + 2] = row[from + 2]!;
  }
}
