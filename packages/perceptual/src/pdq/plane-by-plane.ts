/**
 * PDQ as published, without any care for time and memory: whole planes of floats, and each step on its own, in the order and the
 * roundings of the reference. What the rest of this folder is measured against; nothing else uses it.
 */
import type { PdqFingerprint } from '../pdq.ts';
import { pdqFromHex } from './hex.ts';

/** PDQ of a gray picture at full resolution, each side at least 5 pixels. */
export function pdqPlaneByPlane(luma: ArrayLike<number>, width: number, height: number): PdqFingerprint {
  const block = width === 64 && height === 64 ? Float32Array.from(luma) : smoothAndPick(luma, width, height);
  return { hash: pdqFromHex(hexOf(cosineTransform(block))), quality: gradientQuality(block) };
}

const { fround } = Math;

function smoothAndPick(luma: ArrayLike<number>, width: number, height: number): Float32Array {
  let plane = Float32Array.from(luma);
  for (let pass = 0; pass < 2; pass++) {
    plane = boxed(plane, { lines: height, lineStep: width, length: width, step: 1 });
    plane = boxed(plane, { lines: width, lineStep: 1, length: height, step: width });
  }
  const block = new Float32Array(4096);
  for (let i = 0; i < 64; i++) {
    for (let j = 0; j < 64; j++) {
      const y = Math.trunc(((i + 0.5) * height) / 64);
      const x = Math.trunc(((j + 0.5) * width) / 64);
      block[i * 64 + j] = plane[y * width + x]!;
    }
  }
  return block;
}

interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

function boxed(plane: Float32Array, { lines, lineStep, length, step }: Lines): Float32Array<ArrayBuffer> {
  const output = new Float32Array(plane.length);
  const window = Math.ceil(length / 128);
  const ahead = Math.floor((window + 2) / 2) - 1;
  for (let line = 0; line < lines; line++) {
    const indexOf = (i: number) => line * lineStep + i * step;
    let sum = 0;
    let count = 0;
    for (let right = 0; right < length + ahead; right++) {
      if (right < length) {
        sum = fround(sum + plane[indexOf(right)]!);
        count++;
      }
      if (right >= window) {
        sum = fround(sum - plane[indexOf(right - window)]!);
        count--;
      }
      if (right >= ahead) output[indexOf(right - ahead)] = fround(sum / count);
    }
  }
  return output;
}

function gradientQuality(block: Float32Array): number {
  let sum = 0;
  const add = (u: number, v: number) => {
    sum += Math.abs(Math.trunc(fround(fround(fround(u - v) * 100) / 255)));
  };
  for (let i = 0; i < 63; i++) for (let j = 0; j < 64; j++) add(block[i * 64 + j]!, block[i * 64 + 64 + j]!);
  for (let i = 0; i < 64; i++) for (let j = 0; j < 63; j++) add(block[i * 64 + j]!, block[i * 64 + j + 1]!);
  return Math.min(100, Math.floor(sum / 90));
}

function cosineTransform(block: Float32Array): number[] {
  const left = Array.from({ length: 16 * 64 }, (_, at) =>
    dot(64, (k) => COSINES[(at >> 6) * 64 + k]! * block[k * 64 + (at & 63)]!),
  );
  return Array.from({ length: 256 }, (_, at) =>
    dot(64, (k) => left[(at >> 4) * 64 + k]! * COSINES[(at & 15) * 64 + k]!),
  );
}

const COSINES = Float32Array.from(
  { length: 16 * 64 },
  (_, at) => fround(Math.sqrt(2 / 64)) * Math.cos((Math.PI / 2 / 64) * ((at >> 6) + 1) * (2 * (at & 63) + 1)),
);

function dot(length: number, term: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum = fround(sum + fround(term(k)));
  return sum;
}

function hexOf(values: number[]): string {
  const median = values.toSorted((a, b) => a - b)[127]!;
  const number = values.reduce((sum, value, k) => (value > median ? sum | (1n << BigInt(k)) : sum), 0n);
  return number.toString(16).padStart(64, '0');
}
