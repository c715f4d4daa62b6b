import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdqFromLuma, pdqFromRgb, pdqToHex } from './index.ts';

describe('PDQ', () => {
  it('equals the published algorithm carried out plane by plane', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 300 }),
        fc.integer({ min: 5, max: 300 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (width, height, seed) => {
          const data = noisyShapes(width, height, seed);
          const { hash, quality } = pdqFromLuma({ data, width, height });
          expect({ hex: pdqToHex(hash), quality }).toEqual(planeByPlane(data, width, height));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes a picture of 64 by 64 pixels as it is, without smoothing', () => {
    const data = noisyShapes(64, 64, 1);
    const { hash, quality } = pdqFromLuma({ data, width: 64, height: 64 });
    expect({ hex: pdqToHex(hash), quality }).toEqual(planeByPlane(data, 64, 64));
  });

  it('gives bytes and floats of the same gray picture the same hash', () => {
    const data = noisyShapes(150, 90, 2);
    const asBytes = pdqFromLuma({ data, width: 150, height: 90 });
    expect(pdqFromLuma({ data: Float32Array.from(data), width: 150, height: 90 })).toEqual(asBytes);
  });

  it('weighs red, green and blue by BT.601 and ignores alpha', () => {
    const [width, height] = [140, 70];
    const red = noisyShapes(width, height, 3);
    const green = noisyShapes(width, height, 4);
    const blue = noisyShapes(width, height, 5);
    const rgb = new Uint8Array(3 * red.length);
    const rgba = new Uint8Array(4 * red.length);
    const luma = new Float32Array(red.length);
    for (let i = 0; i < red.length; i++) {
      const pixel = [red[i]!, green[i]!, blue[i]!] as const;
      rgb.set(pixel, 3 * i);
      rgba.set([...pixel, i % 256], 4 * i);
      luma[i] = fround(
        fround(fround(fround(0.299) * pixel[0]) + fround(fround(0.587) * pixel[1])) +
          fround(fround(0.114) * pixel[2]),
      );
    }
    const expected = pdqFromLuma({ data: luma, width, height });
    expect(pdqFromRgb({ data: rgb, width, height, channels: 3 })).toEqual(expected);
    expect(pdqFromRgb({ data: rgba, width, height, channels: 4 })).toEqual(expected);
  });

  it('finds quality 0 in an even surface and 100 in strong contrasts', () => {
    const even = new Uint8Array(200 * 200).fill(77);
    expect(pdqFromLuma({ data: even, width: 200, height: 200 }).quality).toBe(0);
    const checks = Uint8Array.from(
      { length: 200 * 200 },
      (_, i) => ((((i % 200) >> 4) + (i >> 12)) % 2) * 255,
    );
    expect(pdqFromLuma({ data: checks, width: 200, height: 200 }).quality).toBe(100);
  });

  it('sets half of the bits of a picture with something to see', () => {
    const { hash } = pdqFromLuma({ data: noisyShapes(256, 256, 6), width: 256, height: 256 });
    const ones = Array.from(hash, (byte) => byte.toString(2).replaceAll('0', '').length);
    expect(ones.reduce((sum, count) => sum + count)).toBe(128);
  });

  it('does not hash a picture with a side of less than five pixels', () => {
    const tiny = pdqFromLuma({ data: new Uint8Array(4 * 100).fill(9), width: 4, height: 100 });
    expect(tiny).toEqual({ hash: new Uint8Array(32), quality: 0 });
  });

  it('names the argument that does not fit', () => {
    const data = new Uint8Array(12);
    expect(() => pdqFromLuma({ data, width: 5, height: 3 })).toThrow(/data must hold 15 values/);
    expect(() => pdqFromLuma({ data, width: 0, height: 3 })).toThrow(/positive integers/);
    expect(() => pdqFromLuma({ data, width: 1.5, height: 8 })).toThrow(/positive integers/);
    expect(() => pdqFromRgb({ data, width: 3, height: 4, channels: 3 })).toThrow(/data must hold 36 values/);
    // @ts-expect-error: a caller without types
    expect(() => pdqFromRgb({ data, width: 3, height: 4, channels: 1 })).toThrow(/channels/);
  });
});

const { fround } = Math;

/** Disks, slopes and noise, the same for the same seed. */
function noisyShapes(width: number, height: number, seed: number): Uint8Array {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const disks = Array.from({ length: 6 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (random() * (width + height)) / 6,
    shade: random() * 200 - 100,
  }));
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    const slope = (200 * x) / width + (55 * y) / height;
    const within = disks.filter((disk) => Math.hypot(x - disk.x, y - disk.y) < disk.radius);
    const shade = within.reduce((sum, disk) => sum + disk.shade, slope + random() * 20);
    return Math.max(0, Math.min(255, shade));
  });
}

/**
 * The same algorithm without any of the care for memory: whole planes, and each step on its own, in the order of
 * the published description.
 */
function planeByPlane(luma: Uint8Array, width: number, height: number): { hex: string; quality: number } {
  const block = width === 64 && height === 64 ? Float32Array.from(luma) : smoothAndPick(luma, width, height);
  return { hex: hexOf(cosineTransform(block)), quality: gradientQuality(block) };
}

function smoothAndPick(luma: Uint8Array, width: number, height: number): Float32Array {
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
    dot(64, (k) => cosine(at >> 6, k) * block[k * 64 + (at & 63)]!),
  );
  return Array.from({ length: 256 }, (_, at) =>
    dot(64, (k) => left[(at >> 4) * 64 + k]! * cosine(at & 15, k)),
  );
}

function cosine(i: number, j: number): number {
  return fround(fround(Math.sqrt(2 / 64)) * Math.cos((Math.PI / 2 / 64) * (i + 1) * (2 * j + 1)));
}

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
