import { BLOCK_SIDE } from './shrink.ts';

/** The hash looks at this many frequencies in each direction, without the constant one. */
export const FREQUENCIES = 16;

/**
 * The 16 by 16 lowest frequencies of the 64 by 64 picture, row by row in a Float32Array(256):
 * B = D A D^T, where D holds rows 1 to 16 of the discrete cosine transform (type II, orthonormal).
 */
export function lowFrequencies(block: Float32Array): Float32Array {
  const down = new Float32Array(FREQUENCIES * BLOCK_SIDE);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let x = 0; x < BLOCK_SIDE; x++) {
      let sum = fround(0);
      for (let k = 0; k < BLOCK_SIDE; k++) {
        sum = fround(sum + fround(COSINES[i * BLOCK_SIDE + k]! * block[k * BLOCK_SIDE + x]!));
      }
      down[i * BLOCK_SIDE + x] = sum;
    }
  }
  const frequencies = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < FREQUENCIES; j++) {
      let sum = fround(0);
      for (let k = 0; k < BLOCK_SIDE; k++) {
        sum = fround(sum + fround(down[i * BLOCK_SIDE + k]! * COSINES[j * BLOCK_SIDE + k]!));
      }
      frequencies[i * FREQUENCIES + j] = sum;
    }
  }
  return frequencies;
}

const { fround } = Math;

const COSINES = Float32Array.from({ length: FREQUENCIES * BLOCK_SIDE }, (_, at) => {
  const frequency = Math.floor(at / BLOCK_SIDE) + 1;
  const position = at % BLOCK_SIDE;
  const scale = fround(Math.sqrt(2 / BLOCK_SIDE));
  return scale * Math.cos((Math.PI / 2 / BLOCK_SIDE) * frequency * (2 * position + 1));
});
