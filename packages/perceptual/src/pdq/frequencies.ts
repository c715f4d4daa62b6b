import { BLOCK_SIDE } from './bands.ts';
import { kernels } from './kernels.ts';
import { FREQUENCIES, type Layout } from './memory.ts';

/**
 * The 16 by 16 lowest frequencies of the block, row by row: B = D A D^T, where D holds rows 1 to 16 of the
 * discrete cosine transform (type II, orthonormal). In 32-bit floats and in the order of the reference.
 */
export function frequenciesOfBlock({ cosines, transposed, half, frequencies, block }: Layout): Float32Array {
  const { lowFrequencies, memory } = kernels();
  new Float32Array(memory.buffer, cosines, COSINES.length).set(COSINES);
  new Float32Array(memory.buffer, transposed, COSINES.length).set(TRANSPOSED);
  lowFrequencies(block, cosines, transposed, half, frequencies);
  return new Float32Array(memory.buffer, frequencies, FREQUENCIES * FREQUENCIES).slice();
}

/**
 * PDQ's measure of how much there is to see, 0 to 100: the sum of the steps between neighbors in the
 * block, each in whole percent of the range, so that faint ones count for nothing.
 */
export function qualityOfBlock({ block }: Layout): number {
  return Math.min(100, Math.trunc(kernels().steps(block) / STEPS_PER_POINT));
}

/** Chosen by the authors of PDQ. */
const STEPS_PER_POINT = 90;

const COSINES = Float32Array.from({ length: FREQUENCIES * BLOCK_SIDE }, (_, at) =>
  cosine(Math.floor(at / BLOCK_SIDE), at % BLOCK_SIDE),
);
const TRANSPOSED = Float32Array.from({ length: FREQUENCIES * BLOCK_SIDE }, (_, at) =>
  cosine(at % FREQUENCIES, Math.floor(at / FREQUENCIES)),
);

function cosine(row: number, position: number): number {
  const scale = Math.fround(Math.sqrt(2 / BLOCK_SIDE));
  return scale * Math.cos((Math.PI / 2 / BLOCK_SIDE) * (row + 1) * (2 * position + 1));
}
