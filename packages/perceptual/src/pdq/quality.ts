import { BLOCK_SIDE } from './shrink.ts';

/**
 * PDQ's measure of how much there is to see, 0 to 100: the sum of the steps between neighbors in the
 * small picture, each in whole percent of the range, so that faint ones count for nothing.
 */
export function qualityOfBlock(block: Float32Array): number {
  let steps = 0;
  for (let y = 0; y < BLOCK_SIDE; y++) {
    for (let x = 0; x < BLOCK_SIDE; x++) {
      const at = y * BLOCK_SIDE + x;
      if (y + 1 < BLOCK_SIDE) steps += stepInPercent(block[at]!, block[at + BLOCK_SIDE]!);
      if (x + 1 < BLOCK_SIDE) steps += stepInPercent(block[at]!, block[at + 1]!);
    }
  }
  return Math.min(100, Math.trunc(steps / STEPS_PER_POINT));
}

/** Chosen by the authors of PDQ. */
const STEPS_PER_POINT = 90;

const { fround } = Math;

function stepInPercent(from: number, to: number): number {
  return Math.abs(Math.trunc(fround(fround(fround(from - to) * 100) / 255)));
}
