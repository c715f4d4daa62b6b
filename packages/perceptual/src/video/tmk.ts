/**
 * TMK+PDQF, the hash of a whole video published by Meta in "The TMK+PDQF Video-Hashing Algorithm and the PDQ
 * Image-Hashing Algorithm" (2019), after the reference in C++ of the ThreatExchange repository. It is of one size
 * however long the video, and finds copies of the whole, not clips of it.
 *
 * Each frame gives a feature: PDQ's 256 frequencies before they are cut to bits. The hash holds their average
 * and, for each of four periods, the sums of the features weighted by the cosines and sines of their time.
 */
export interface TmkHash {
  /** Rate at which the frames were taken; 15 in all that is shared. Only hashes of one rate can be compared. */
  readonly framesPerSecond: number;
  /** How many frames were taken. */
  readonly frames: number;
  /** 256 values. */
  readonly average: Float32Array;
  /** `cosines[(period * 32 + coefficient) * 256 + k]` */
  readonly cosines: Float32Array;
  /** As `cosines`. */
  readonly sines: Float32Array;
}

/** Values of a frame's feature. */
export const TMK_DIMENSIONS = 256;

/** Side of the picture that a feature is taken from. */
export const TMK_FRAME_SIDE = 64;

export const TMK_FRAMES_PER_SECOND = 15;

/** In frames; primes, so that what two of them confuse a third tells apart. */
export const TMK_PERIODS = [2731, 4391, 9767, 14653] as const;

/** Weights of the first 32 terms of the Fourier series, for a kernel of von Mises with beta 32. */
export const TMK_COEFFICIENTS: Readonly<Float32Array> = fourierCoefficients(32, 32);

/**
 * a0 = (I0(b) - exp(-b)) / (2 sinh b), ai = Ii(b) / sinh b, after Poullot, Tsukatani, Phuong Nguyen, Jégou and
 * Satoh, "Temporal Matching Kernel with Explicit Feature Maps" (2015).
 */
function fourierCoefficients(count: number, beta: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    i === 0
      ? (besselI(0, beta) - Math.exp(-beta)) / (2 * Math.sinh(beta))
      : besselI(i, beta) / Math.sinh(beta),
  );
}

/** Modified Bessel function of the first kind, by its power series: all terms are positive, nothing cancels. */
function besselI(order: number, x: number): number {
  let term = 1;
  for (let i = 1; i <= order; i++) term *= x / 2 / i;
  let sum = 0;
  for (let m = 1; term > sum * Number.EPSILON; m++) {
    sum += term;
    term *= (x / 2) ** 2 / (m * (m + order));
  }
  return sum;
}
