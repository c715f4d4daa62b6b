import { type Band, BLOCK_SIDE } from './bands.ts';
import { kernels } from './kernels.ts';

/** The hash looks at this many frequencies in each direction, without the constant one. */
export const FREQUENCIES = 16;

/** Where things lie in the memory of the kernels: first what all pictures need, then what depends on the width. */
const MATRIX_BYTES = FREQUENCIES * BLOCK_SIDE * 4;
const BAND_BYTES = 24;
/** More bands than these there are not: one for each point, and one for the box that the edge cuts off. */
const MOST_BANDS = 2 * BLOCK_SIDE;
const STEP_BYTES = 16;
export const ROWS_AT_ONCE = 4;

export interface Layout {
  readonly cosines: number;
  readonly transposed: number;
  readonly half: number;
  readonly frequencies: number;
  readonly block: number;
  readonly points: number;
  readonly bands: number;
  readonly weights: number;
  readonly rows: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly sums: number;
}

/** Makes room for rows of so many bytes and bands with so many weights. Views of the memory from before are void. */
export function layOut(rowBytes: number, weights: number): Layout {
  const { memory } = kernels();
  let end = FIRST_ADDRESS;
  const take = (bytes: number) => {
    const at = end;
    end = roundUp(end + bytes);
    return at;
  };
  const stride = roundUp(rowBytes);
  const layout = {
    cosines: take(MATRIX_BYTES),
    transposed: take(MATRIX_BYTES),
    half: take(MATRIX_BYTES),
    frequencies: take(FREQUENCIES * FREQUENCIES * 4),
    block: take(BLOCK_SIDE * BLOCK_SIDE * 4),
    points: take(BLOCK_SIDE * BLOCK_SIDE * 3 * 8),
    bands: take(MOST_BANDS * BAND_BYTES),
    weights: take(weights * 4),
    rows: take(ROWS_AT_ONCE * stride),
    stride,
    sums: take(stride * 4),
  };
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return layout;
}

/** Writes bands to where the kernels read them. */
export function writeBands(bands: readonly Band[], layout: Layout): void {
  const view = new DataView(kernels().memory.buffer);
  let weightsAt = layout.weights;
  bands.forEach(({ point, first, weights, divisor }, i) => {
    const at = layout.bands + i * BAND_BYTES;
    [point, first, weights.length, weightsAt].forEach((word, k) => view.setUint32(at + 4 * k, word, true));
    view.setFloat64(at + 16, divisor, true);
    new Int32Array(view.buffer, weightsAt, weights.length).set(weights);
    weightsAt += weights.byteLength;
  });
}

/** The kernels keep nothing of their own in memory. */
const FIRST_ADDRESS = 1024;
const PAGE_BYTES = 65_536;

function roundUp(bytes: number): number {
  return Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
}
