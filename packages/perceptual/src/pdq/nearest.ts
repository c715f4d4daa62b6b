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
    channels,
    copyRow(y, to) {
      picture.copyRow(Math.floor((y * height) / NEAREST_SIDE), row);
      let at = 0;
      for (let x = 0; x < NEAREST_SIDE; x++) {
        const from = taken[x]!;
        for (let c = 0; c < channels; c++) to[at++] = row[from + c]!;
      }
    },
  };
}
