import { TMK_DIMENSIONS, TMK_FRAME_SIDE } from './tmk.ts';

/**
 * PDQ's 16 by 16 lowest frequencies of a frame of 64 by 64 pixels of 8-bit RGB, before they are cut to bits:
 * at this size PDQ neither smooths nor shrinks. In 32-bit floats and in the order of the reference.
 * Throws a RangeError if the data has another length.
 */
export function tmkFrameFeature(rgb: Uint8Array): Float32Array {
  if (rgb.length !== SIDE * SIDE * 3)
    throw new RangeError(`A frame must hold ${SIDE * SIDE * 3} bytes, not ${rgb.length}`);
  const luma = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < luma.length; i++) {
    const redAndGreen = fround(fround(RED * rgb[3 * i]!) + fround(GREEN * rgb[3 * i + 1]!));
    luma[i] = redAndGreen + fround(BLUE * rgb[3 * i + 2]!);
  }
  const down = new Float32Array(FREQUENCIES * SIDE);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = fround(0);
      for (let y = 0; y < SIDE; y++) sum = fround(sum + fround(COSINES[i * SIDE + y]! * luma[y * SIDE + x]!));
      down[i * SIDE + x] = sum;
    }
  }
  const feature = new Float32Array(TMK_DIMENSIONS);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < FREQUENCIES; j++) {
      let sum = fround(0);
      for (let x = 0; x < SIDE; x++) sum = fround(sum + fround(down[i * SIDE + x]! * COSINES[j * SIDE + x]!));
      feature[i * FREQUENCIES + j] = sum;
    }
  }
  return feature;
}

const { fround } = Math;
const SIDE = TMK_FRAME_SIDE;
const FREQUENCIES = 16;
/** Weights of ITU-R BT.601. */
const RED = fround(0.299);
const GREEN = fround(0.587);
const BLUE = fround(0.114);

/** Rows 1 to 16 of the discrete cosine transform of 64 values, type II, orthonormal. */
const COSINES = Float32Array.from({ length: FREQUENCIES * SIDE }, (_, at) => {
  const frequency = Math.floor(at / SIDE) + 1;
  const position = at % SIDE;
  return fround(Math.sqrt(2 / SIDE)) * Math.cos((Math.PI / 2 / SIDE) * frequency * (2 * position + 1));
});
