import { TMK_COEFFICIENTS, TMK_DIMENSIONS, TMK_PERIODS, type TmkHash } from './tmk.ts';

/** From which similarities on two videos match; both 0.7 unless told, as the authors advise. */
export interface TmkMatchRule {
  readonly minLevel1?: number;
  readonly minLevel2?: number;
}

export interface TmkComparison {
  readonly matches: boolean;
  /** Cosine of the two averages, -1 to 1: what is to be seen, in whatever order. Cheap. */
  readonly level1: number;
  /** Similarity at the best alignment in time, about -1 to 1; undefined if level 1 was too low to look. */
  readonly level2: number | undefined;
}

/**
 * Compares two videos in two steps, the second only if the first succeeds. A video in which there is
 * nothing to see, such as one without frames, resembles none: 0.
 * Throws a RangeError if their frame rates differ: such hashes say nothing about each other.
 */
export function compareTmk(
  a: TmkHash,
  b: TmkHash,
  { minLevel1 = 0.7, minLevel2 = 0.7 }: TmkMatchRule = {},
): TmkComparison {
  if (a.framesPerSecond !== b.framesPerSecond)
    throw new RangeError(`Frame rates differ: ${a.framesPerSecond} and ${b.framesPerSecond}`);
  const level1 = tmkLevel1(a, b);
  if (level1 < minLevel1) return { matches: false, level1, level2: undefined };
  const level2 = tmkLevel2(a, b);
  return { matches: level2 >= minLevel2, level1, level2 };
}

/** Cosine of the angle between the averages; 0 if either is all zeros. */
export function tmkLevel1(a: TmkHash, b: TmkHash): number {
  const norms = Math.sqrt(dot(a.average, a.average, 0) * dot(b.average, b.average, 0));
  return norms === 0 ? 0 : dot(a.average, b.average, 0) / norms;
}

/** The best similarity over all periods and all whole-frame shifts within each, 1 for a video with itself. */
export function tmkLevel2(a: TmkHash, b: TmkHash): number {
  const best = TMK_PERIODS.map((period, i) => bestOverShifts(period, seriesOf(a, b, i)));
  return Math.max(...best) / NORMALIZER;
}

const COEFFICIENTS = TMK_COEFFICIENTS.length;

/** What a video scores against itself. */
const NORMALIZER = TMK_COEFFICIENTS.reduce((sum, coefficient, j) => sum + (j === 0 ? 1 : 2) * coefficient, 0);

/** Similarity as a function of the shift: a Fourier series with these terms. */
interface Series {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function seriesOf(a: TmkHash, b: TmkHash, period: number): Series {
  const cosines = new Float64Array(COEFFICIENTS);
  const sines = new Float64Array(COEFFICIENTS);
  for (let j = 0; j < COEFFICIENTS; j++) {
    const at = (period * COEFFICIENTS + j) * TMK_DIMENSIONS;
    cosines[j] = dot(a.cosines, b.cosines, at) + dot(a.sines, b.sines, at);
    sines[j] = dot(a.sines, b.cosines, at) - dot(a.cosines, b.sines, at);
  }
  return { cosines, sines };
}

function bestOverShifts(period: number, { cosines, sines }: Series): number {
  let best = -Infinity;
  for (let shift = 0; shift < period; shift++) {
    // Turns by one angle again and again, instead of a cosine and a sine for each term.
    const turnCosine = Math.cos((2 * Math.PI * shift) / period);
    const turnSine = Math.sin((2 * Math.PI * shift) / period);
    let cosine = 1;
    let sine = 0;
    let sum = cosines[0]!;
    for (let j = 1; j < COEFFICIENTS; j++) {
      const turned = cosine * turnCosine - sine * turnSine;
      sine = sine * turnCosine + cosine * turnSine;
      cosine = turned;
      sum += cosine * cosines[j]! + sine * sines[j]!;
    }
    if (sum > best) best = sum;
  }
  return best;
}

function dot(a: Float32Array, b: Float32Array, at: number): number {
  let sum = 0;
  for (let k = at; k < at + TMK_DIMENSIONS; k++) sum += a[k]! * b[k]!;
  return sum;
}
