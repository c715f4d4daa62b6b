import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdqDihedral, pdqFamilies, pdqFromLuma, pdqFromRgb, pdqInFull } from './index.ts';
import { pdqPlaneByPlane } from './pdq/plane-by-plane.ts';
import { noisyShapes } from './pdq/sample-shapes.ts';

describe('PDQ', () => {
  it('equals the published algorithm carried out plane by plane', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 300 }),
        fc.integer({ min: 64, max: 300 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (width, height, seed) => {
          const data = noisyShapes(width, height, seed);
          expect(pdqFromLuma({ data, width, height })).toEqual(pdqPlaneByPlane(data, width, height));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('equals it nearly where points repeat, so that frequencies tie', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 63 }), fc.integer({ min: 5, max: 300 }), (width, height) => {
        const data = noisyShapes(width, height, width * height);
        const { hash, quality } = pdqFromLuma({ data, width, height });
        const published = pdqPlaneByPlane(data, width, height);
        expect(quality).toBe(published.quality);
        expect(bitsBetween(hash, published.hash)).toBeLessThanOrEqual(32);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a picture of 64 by 64 pixels as it is, without smoothing', () => {
    const data = noisyShapes(64, 64, 1);
    expect(pdqFromLuma({ data, width: 64, height: 64 })).toEqual(pdqPlaneByPlane(data, 64, 64));
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

  it('gives both families, the same up to 512 pixels', () => {
    const [width, height] = [700, 300];
    const data = noisyShapes(width, height, 8);
    const small = Uint8Array.from({ length: 512 * 512 }, (_, i) => {
      const [x, y] = [i % 512, Math.floor(i / 512)];
      return data[Math.floor((y * height) / 512) * width + Math.floor((x * width) / 512)]!;
    });
    const { fullResolution, nearest512 } = pdqFamilies({ data, width, height });
    expect(fullResolution).toEqual(pdqPlaneByPlane(data, width, height));
    expect(nearest512).toEqual(pdqPlaneByPlane(small, 512, 512));
    expect(nearest512).not.toEqual(fullResolution);
    const within = pdqFamilies({ data: small, width: 512, height: 512 });
    expect(within.nearest512).toEqual(within.fullResolution);
  });

  it('tells the hash of the turned or mirrored picture within a few bits', () => {
    const side = 320;
    const data = noisyShapes(side, side, 9);
    const at = (x: number, y: number) => data[y * side + x]!;
    const end = side - 1;
    const from: ((x: number, y: number) => number)[] = [
      (x, y) => at(x, y),
      (x, y) => at(end - y, x),
      (x, y) => at(end - x, end - y),
      (x, y) => at(y, end - x),
      (x, y) => at(x, end - y),
      (x, y) => at(end - x, y),
      (x, y) => at(y, x),
      (x, y) => at(end - y, end - x),
    ];
    const dihedral = pdqDihedral({ data, width: side, height: side });
    from.forEach((pixel, way) => {
      const turned = Uint8Array.from(data, (_, i) => pixel(i % side, Math.floor(i / side)));
      const { hash } = pdqFromLuma({ data: turned, width: side, height: side });
      expect({ way, bits: bitsBetween(dihedral[way]!, hash) }).toEqual({
        way,
        bits: expect.toSatisfy((bits: number) => bits <= 4, 'at most 4 bits'),
      });
    });
  });

  it('gives all at once what it gives one by one', () => {
    const picture = { data: noisyShapes(600, 620, 10), width: 600, height: 620 };
    expect(pdqInFull(picture)).toEqual({ ...pdqFamilies(picture), dihedral: pdqDihedral(picture) });
  });
});

function bitsBetween(left: Uint8Array, right: Uint8Array): number {
  return left.reduce((sum, byte, i) => sum + (byte ^ right[i]!).toString(2).replaceAll('0', '').length, 0);
}

const { fround } = Math;
