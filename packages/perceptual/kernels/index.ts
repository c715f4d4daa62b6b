/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */

/**
 * Adds four rows of bytes, `stride` apart and each times its weight, to 32-bit sums. Works in steps of 16 bytes:
 * rows and sums have room for the last step. Weights are at most 32,767.
 */
export function addRows(
  rows: usize,
  stride: usize,
  sums: usize,
  length: usize,
  a: i32,
  b: i32,
  c: i32,
  d: i32,
): void {
  const upper = i32x4.splat((a & 0xffff) | (b << 16));
  const lower = i32x4.splat((c & 0xffff) | (d << 16));
  for (let at: usize = 0; at < length; at += 16) {
    const row0 = v128.load(rows + at);
    const row1 = v128.load(rows + stride + at);
    const row2 = v128.load(rows + 2 * stride + at);
    const row3 = v128.load(rows + 3 * stride + at);
    const upperLow = interleaveLow(row0, row1);
    const upperHigh = interleaveHigh(row0, row1);
    const lowerLow = interleaveLow(row2, row3);
    const lowerHigh = interleaveHigh(row2, row3);
    const to = sums + (at << 2);
    addTo(to, i16x8.extend_low_i8x16_u(upperLow), upper, i16x8.extend_low_i8x16_u(lowerLow), lower);
    addTo(to + 16, i16x8.extend_high_i8x16_u(upperLow), upper, i16x8.extend_high_i8x16_u(lowerLow), lower);
    addTo(to + 32, i16x8.extend_low_i8x16_u(upperHigh), upper, i16x8.extend_low_i8x16_u(lowerHigh), lower);
    addTo(to + 48, i16x8.extend_high_i8x16_u(upperHigh), upper, i16x8.extend_high_i8x16_u(lowerHigh), lower);
  }
}

function interleaveLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function interleaveHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

function addTo(sums: usize, upperPairs: v128, upper: v128, lowerPairs: v128, lower: v128): void {
  const both = i32x4.add(i32x4.dot_i16x8_s(upperPairs, upper), i32x4.dot_i16x8_s(lowerPairs, lower));
  v128.store(sums, i32x4.add(v128.load(sums), both));
}

/** Bytes of a band in memory: output, first, length and address of its weights as 32-bit words, then the divisor as f64. */
const BAND_BYTES: usize = 24;

/**
 * Adds the weighted sums of columns to a row of points of three f64 each. One channel counts as all three; a fourth
 * is passed over.
 */
export function condense(
  sums: usize,
  channels: u32,
  bands: usize,
  count: u32,
  divisor: f64,
  points: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const band = bands + <usize>i * BAND_BYTES;
    const point = points + <usize>load<u32>(band) * 24;
    const first: usize = load<u32>(band, 4);
    const length: u32 = load<u32>(band, 8);
    let weights: usize = load<u32>(band, 12);
    const scale = load<f64>(band, 16) * divisor;
    const step: usize = channels << 2;
    let from = sums + first * step;
    let red: f64 = 0;
    let green: f64 = 0;
    let blue: f64 = 0;
    for (let k: u32 = 0; k < length; k++) {
      const weight = <f64>load<i32>(weights);
      red += weight * <f64>load<i32>(from);
      if (channels > 1) {
        green += weight * <f64>load<i32>(from, 4);
        blue += weight * <f64>load<i32>(from, 8);
      }
      weights += 4;
      from += step;
    }
    store<f64>(point, load<f64>(point) + red / scale);
    if (channels > 1) {
      store<f64>(point, load<f64>(point, 8) + green / scale, 8);
      store<f64>(point, load<f64>(point, 16) + blue / scale, 16);
    }
  }
}

/** The luma of 4,096 points, by ITU-R BT.601 in the roundings of the reference, as 32-bit floats. */
export function lumaOfPoints(points: usize, channels: u32, block: usize): void {
  for (let i: usize = 0; i < 4096; i++) {
    const point = points + i * 24;
    const red = <f32>load<f64>(point);
    const luma =
      channels == 1
        ? red
        : <f32>0.299 * red + <f32>0.587 * <f32>load<f64>(point, 8) + <f32>0.114 * <f32>load<f64>(point, 16);
    store<f32>(block + (i << 2), luma);
  }
}

/**
 * B = D A D^T of a block of 64 by 64, where D is 16 by 64 at `cosines`, and transposed at `transposed`. Four results
 * side by side, each summed up from first to last as in the reference; `half` has room for D A.
 */
export function lowFrequencies(
  block: usize,
  cosines: usize,
  transposed: usize,
  half: usize,
  result: usize,
): void {
  product(cosines, block, half, 64);
  product(half, transposed, result, 16);
}

/** A matrix of 16 by 64 times one of 64 by `columns`. */
function product(left: usize, right: usize, result: usize, columns: usize): void {
  for (let i: usize = 0; i < 16; i++) {
    for (let j: usize = 0; j < columns; j += 4) {
      let sum = f32x4.splat(0);
      for (let k: usize = 0; k < 64; k++) {
        const factor = f32x4.splat(load<f32>(left + ((i * 64 + k) << 2)));
        sum = f32x4.add(sum, f32x4.mul(factor, v128.load(right + ((k * columns + j) << 2))));
      }
      v128.store(result + ((i * columns + j) << 2), sum);
    }
  }
}

/** The sum of the steps between neighbors in the block, each in whole percent of the range. */
export function steps(block: usize): i32 {
  let sum: i32 = 0;
  for (let y: usize = 0; y < 64; y++) {
    for (let x: usize = 0; x < 64; x++) {
      const at = block + ((y * 64 + x) << 2);
      if (y < 63) sum += step(at, at + 256);
      if (x < 63) sum += step(at, at + 4);
    }
  }
  return sum;
}

function step(from: usize, to: usize): i32 {
  return abs<i32>(<i32>(((load<f32>(from) - load<f32>(to)) * <f32>100) / <f32>255));
}
