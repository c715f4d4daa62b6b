import { BoxAlongColumns, boxAlongRow } from './jarosz.ts';
import type { LumaRows } from './luma.ts';

/** Side of the small picture that the hash is taken from. */
export const BLOCK_SIDE = 64;

/**
 * Smooths a picture and picks 64 by 64 points of it, row by row in a Float32Array(4096).
 * A picture of exactly that size is taken as it is.
 *
 * The reference filters the whole picture four times over. Here the rows run through the four filters one
 * after the other, and the second pair of filters computes only what is picked: the same operations on the same
 * numbers in the same order, in a sixteenth of the memory.
 */
export function shrinkToBlock(picture: LumaRows): Float32Array {
  const { width, height } = picture;
  const row = new Float32Array(width);
  const block = new Float32Array(BLOCK_SIDE * BLOCK_SIDE);
  if (width === BLOCK_SIDE && height === BLOCK_SIDE) {
    for (let y = 0; y < height; y++) picture.readRow(y, block.subarray(y * width, (y + 1) * width));
    return block;
  }

  const rowWindow = windowFor(width);
  const columnWindow = windowFor(height);
  const pickedColumns = pickedPositions(width);
  const pickedRows = pickedPositions(height);
  const smoothed = new Float32Array(width);
  const picked = new Float32Array(BLOCK_SIDE);

  let y = 0;
  let blockRow = 0;
  const secondColumnPass = new BoxAlongColumns(BLOCK_SIDE, columnWindow, (means) => {
    for (; pickedRows[blockRow] === y; blockRow++) block.set(means, blockRow * BLOCK_SIDE);
    y++;
  });
  const firstColumnPass = new BoxAlongColumns(width, columnWindow, (means) => {
    boxAlongRow(means, smoothed, rowWindow);
    for (let j = 0; j < BLOCK_SIDE; j++) picked[j] = smoothed[pickedColumns[j]!]!;
    secondColumnPass.push(picked);
  });
  for (let i = 0; i < height; i++) {
    picture.readRow(i, row);
    boxAlongRow(row, smoothed, rowWindow);
    firstColumnPass.push(smoothed);
  }
  firstColumnPass.finish();
  secondColumnPass.finish();
  return block;
}

/** Half of a block's share of the side, because two passes together reach twice as far. */
function windowFor(side: number): number {
  return Math.ceil(side / (2 * BLOCK_SIDE));
}

/** The centers of 64 equal parts of the side. A side of less than 64 has points picked more than once. */
function pickedPositions(side: number): Int32Array {
  return Int32Array.from({ length: BLOCK_SIDE }, (_, i) => Math.floor(((i + 0.5) * side) / BLOCK_SIDE));
}
