import { type Band, bandsOf, remembered } from './bands.ts';

/** Pictures with a side above this are resized by the 512-nearest family. */
export const NEAREST_SIDE = 512;

/** Whether the 512-nearest family sees the picture other than it is. */
export function isResized({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width > NEAREST_SIDE || height > NEAREST_SIDE;
}

/**
 * One axis as the C++ reference sees it once it has resized the picture to exactly 512 by 512, whatever its shape, by taking
 * pixel `floor(x * side / 512)`: the bands of 512, over the pixels of the picture itself. One that is taken twice weighs twice, and
 * one that is not taken weighs nothing, so no resized picture is needed.
 */
export const nearestBandsOf: (side: number) => readonly Band[] = remembered((side) => {
  const taken = Int32Array.from({ length: NEAREST_SIDE }, (_, at) => Math.floor((at * side) / NEAREST_SIDE));
  return bandsOf(NEAREST_SIDE).map(({ first, weights, ...band }) => {
    const start = taken[first]!;
    const spread = new Int32Array(taken[first + weights.length - 1]! - start + 1);
    weights.forEach((weight, i) => (spread[taken[first + i]! - start]! += weight));
    return { ...band, first: start, weights: spread };
  });
});
