/**
 * One bit per frequency: set if it is above the median of them all, the lower one of the two in the
 * middle. Frequency `k` becomes bit `k` of a 256-bit number, whose highest byte comes first.
 */
export function bitsAboveMedian(frequencies: Float32Array): Uint8Array {
  const median = frequencies.toSorted()[frequencies.length / 2 - 1]!;
  const bytes = new Uint8Array(frequencies.length / 8);
  for (let k = 0; k < frequencies.length; k++) {
    if (frequencies[k]! > median) bytes[bytes.length - 1 - (k >> 3)]! |= 1 << (k & 7);
  }
  return bytes;
}
