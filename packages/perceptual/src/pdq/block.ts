import { type Band, bandsOf, BLOCK_SIDE } from './bands.ts';
import { kernels } from './kernels.ts';
import { type Layout, layOut, ROWS_AT_ONCE, writeBands } from './memory.ts';
import { channelsOf, type Picture } from './picture.ts';

/** A picture whose bytes are had row by row. Rows are asked for from the top; the last few of a band may be asked for again. */
export interface Rows {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  copyRow(y: number, to: Uint8Array): void;
}

/**
 * Smooths a picture and picks 64 by 64 points of it, into the memory of the kernels.
 *
 * The reference filters every pixel four times, in 32-bit floats, to use 4,096 of the results. Here the rows of a band are
 * added up, times their weights, and the sums condensed to 64 points: one multiplication a pixel, and no picture of floats. The
 * sums are of whole numbers, so they are exact, and each point is rounded once at the end. The running sums of
 * the reference round at every pixel; its points lie within some millionths of ours. A bit depends on whether a frequency is above
 * the median of 256, so it could differ only where one lies that close to it.
 */
export function blockOfRows(picture: Rows, bandsOfSide = bandsOf): Layout {
  const { width, height, channels } = picture;
  const { addRows, condense, lumaOfPoints, memory } = kernels();
  const columns = bandsOfSide(width);
  const layout = layOut(
    width * channels,
    columns.reduce((sum, { weights }) => sum + weights.length, 0),
  );
  const { rows, stride, sums, points, bands } = layout;
  writeBands(columns, layout);
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, points, points + POINTS_BYTES);
  const slots = Array.from({ length: ROWS_AT_ONCE }, (_, i) =>
    bytes.subarray(rows + i * stride, rows + (i + 1) * stride),
  );
  const four = new Int32Array(ROWS_AT_ONCE);
  for (const { point, first, weights, divisor } of bandsOfSide(height)) {
    bytes.fill(0, sums, sums + 4 * stride);
    for (let i = 0; i < weights.length; ) {
      four.fill(0);
      for (let k = 0; k < ROWS_AT_ONCE && i < weights.length; i++) {
        if (weights[i] === 0) continue;
        four[k] = weights[i]!;
        picture.copyRow(first + i, slots[k++]!);
      }
      addRows(rows, stride, sums, width * channels, four[0]!, four[1]!, four[2]!, four[3]!);
    }
    condense(sums, channels, bands, columns.length, divisor, points + point * BLOCK_SIDE * POINT_BYTES);
  }
  lumaOfPoints(points, channels, layout.block);
  return layout;
}

/** As `blockOfRows`, of luma in floats. There are few such pictures, and they are small. */
export function blockOfFloats(data: Float32Array, width: number, height: number): Layout {
  const columns = bandsOf(width);
  const points = new Float64Array(BLOCK_SIDE * BLOCK_SIDE);
  for (const row of bandsOf(height)) {
    for (const column of columns) {
      const sum = weigh(row, (y) => weigh(column, (x) => data[y * width + x]!));
      points[row.point * BLOCK_SIDE + column.point]! += sum / (row.divisor * column.divisor);
    }
  }
  const layout = layOut(0, 0);
  new Float32Array(kernels().memory.buffer, layout.block, points.length).set(points);
  return layout;
}

export function rowsOf(picture: Picture & { readonly data: Uint8Array | Uint8ClampedArray }): Rows {
  const { data, width, height } = picture;
  const channels = channelsOf(picture);
  const rowBytes = width * channels;
  return {
    width,
    height,
    channels,
    copyRow: (y, to) => to.set(data.subarray(y * rowBytes, (y + 1) * rowBytes)),
  };
}

const POINT_BYTES = 24;
const POINTS_BYTES = BLOCK_SIDE * BLOCK_SIDE * POINT_BYTES;

function weigh({ first, weights }: Band, at: (position: number) => number): number {
  return weights.reduce((sum, weight, i) => sum + weight * at(first + i), 0);
}
