/** One measured thing, and the same of a named peer in the same run where there is one. */
export interface Figure {
  /** What was measured, in plain words. */
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: { readonly name: string; readonly value: number };
}

/** What a bench file exports as `bench`: measures, and tells each figure as soon as it has it. */
export type Bench = (tell: (figure: Figure) => void) => Promise<void>;

/** The middle of the values; of an even number of them, the mean of the middle two. Throws when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('no value, no median');
  return (low + high) / 2;
}
