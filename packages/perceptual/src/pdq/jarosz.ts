/**
 * Box filters with a running sum. Two in each direction make the tent filter of Wojciech Jarosz,
 * "Fast Image Convolutions" (SIGGRAPH 2001 workshop), which PDQ smooths with.
 *
 * Output `i` is the mean of the inputs from `i - (window - reach)` to `i + reach - 1`, as far as they exist, where `reach`
 * is half the window, rounded up, or one more if the window is even. The sum is kept in a 32-bit float,
 * and each step adds before it subtracts: the rounding is part of the hash.
 */
const { fround } = Math;

function reachOf(window: number): number {
  return (window + 2) >> 1;
}

/** Filters one row into another of the same length. The window must not exceed the length. */
export function boxAlongRow(input: Float32Array, output: Float32Array, window: number): void {
  const { length } = input;
  const ahead = reachOf(window) - 1;
  let sum = fround(0);
  for (let i = 0; i < ahead; i++) sum = fround(sum + input[i]!);
  for (let i = ahead; i < window; i++) {
    sum = fround(sum + input[i]!);
    output[i - ahead] = sum / (i + 1);
  }
  for (let i = window; i < length; i++) {
    sum = fround(fround(sum + input[i]!) - input[i - window]!);
    output[i - ahead] = sum / window;
  }
  for (let i = length; i < length + ahead; i++) {
    sum = fround(sum - input[i - window]!);
    output[i - ahead] = sum / (length + window - 1 - i);
  }
}

/**
 * Filters down the columns of a picture that comes row by row. Keeps as many rows as the window is
 * high, and so gives out each row with some delay.
 */
export class BoxAlongColumns {
  readonly #width: number;
  readonly #window: number;
  readonly #emit: (row: Float32Array) => void;
  readonly #sums: Float32Array;
  readonly #means: Float32Array;
  /** The last `window` rows; the oldest lies where the next will be put. */
  readonly #recent: Float32Array;
  #received = 0;

  /** `emit` is given the rows in order, in an array that is used again after it returns. */
  constructor(width: number, window: number, emit: (row: Float32Array) => void) {
    this.#width = width;
    this.#window = window;
    this.#emit = emit;
    this.#sums = new Float32Array(width);
    this.#means = new Float32Array(width);
    this.#recent = new Float32Array(width * window);
  }

  push(row: Float32Array): void {
    const sums = this.#sums;
    const slot = this.#slotOf(this.#received);
    if (this.#received < this.#window) {
      for (let x = 0; x < this.#width; x++) sums[x]! += row[x]!;
    } else {
      for (let x = 0; x < this.#width; x++) sums[x] = fround(sums[x]! + row[x]!) - slot[x]!;
    }
    slot.set(row);
    this.#received++;
    if (this.#received >= reachOf(this.#window)) this.#emitMeans(Math.min(this.#received, this.#window));
  }

  /** Gives out the rows that are still owed. At least `window` rows must have been pushed. */
  finish(): void {
    const owed = reachOf(this.#window) - 1;
    for (let i = 0; i < owed; i++) {
      const oldest = this.#slotOf(this.#received + i);
      for (let x = 0; x < this.#width; x++) this.#sums[x]! -= oldest[x]!;
      this.#emitMeans(this.#window - 1 - i);
    }
  }

  #emitMeans(count: number): void {
    for (let x = 0; x < this.#width; x++) this.#means[x] = this.#sums[x]! / count;
    this.#emit(this.#means);
  }

  #slotOf(row: number): Float32Array {
    const at = (row % this.#window) * this.#width;
    return this.#recent.subarray(at, at + this.#width);
  }
}
