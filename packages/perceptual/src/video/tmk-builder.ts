import { TMK_COEFFICIENTS, TMK_DIMENSIONS, TMK_FRAMES_PER_SECOND, TMK_PERIODS, type TmkHash } from './tmk.ts';
import { tmkFrameFeature } from './tmk-frame-feature.ts';

/**
 * Computes TMK+PDQF from frames that come one after the other, 15 a second. Sums are kept in 32-bit floats in
 * the order of the reference.
 */
export class TmkBuilder {
  readonly #average = new Float32Array(TMK_DIMENSIONS);
  readonly #cosines = new Float32Array(FEATURES * TMK_DIMENSIONS);
  readonly #sines = new Float32Array(FEATURES * TMK_DIMENSIONS);
  #frames = 0;

  /** Takes the next frame: 64 by 64 pixels of 8-bit RGB. Throws a RangeError if it has another length. */
  push(rgb: Uint8Array): void {
    const feature = tmkFrameFeature(rgb);
    for (let k = 0; k < TMK_DIMENSIONS; k++) this.#average[k]! += feature[k]!;
    normalize(feature);
    TMK_PERIODS.forEach((period, i) => {
      for (let j = 0; j < TMK_COEFFICIENTS.length; j++) {
        const angle = (2 * Math.PI * j * this.#frames) / period;
        addScaled(featureAt(this.#cosines, i, j), feature, Math.cos(angle));
        if (j > 0) addScaled(featureAt(this.#sines, i, j), feature, Math.sin(angle));
      }
    });
    this.#frames++;
  }

  /** The hash of the frames so far. May be called once more after further frames. */
  finish(): TmkHash {
    const average = this.#average.map((value) => value / Math.max(1, this.#frames));
    const cosines = this.#cosines.slice();
    const sines = this.#sines.slice();
    for (let i = 0; i < TMK_PERIODS.length; i++) {
      for (let j = 0; j < TMK_COEFFICIENTS.length; j++) {
        const weight = Math.fround(Math.sqrt(TMK_COEFFICIENTS[j]!));
        for (const features of [cosines, sines]) {
          const feature = featureAt(features, i, j);
          normalize(feature);
          for (let k = 0; k < TMK_DIMENSIONS; k++) feature[k]! *= weight;
        }
      }
    }
    return { framesPerSecond: TMK_FRAMES_PER_SECOND, frames: this.#frames, average, cosines, sines };
  }
}

const FEATURES = TMK_PERIODS.length * TMK_COEFFICIENTS.length;
const { fround } = Math;

function featureAt(features: Float32Array, period: number, coefficient: number): Float32Array {
  const at = (period * TMK_COEFFICIENTS.length + coefficient) * TMK_DIMENSIONS;
  return features.subarray(at, at + TMK_DIMENSIONS);
}

function addScaled(sum: Float32Array, feature: Float32Array, scale: number): void {
  for (let k = 0; k < TMK_DIMENSIONS; k++) sum[k]! += feature[k]! * scale;
}

/** To length 1, unless it is 0. */
function normalize(feature: Float32Array): void {
  let squares = fround(0);
  for (let k = 0; k < TMK_DIMENSIONS; k++) squares = fround(squares + fround(feature[k]! * feature[k]!));
  const norm = fround(Math.sqrt(squares));
  if (norm > 0) for (let k = 0; k < TMK_DIMENSIONS; k++) feature[k]! /= norm;
}
