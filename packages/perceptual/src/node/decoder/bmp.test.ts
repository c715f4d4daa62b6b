import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bmp } from '../sample-bmp.ts';
import { sampleScene, SAMPLE_SIZE } from '../sample-pictures.ts';
import { decodeBmp } from './bmp.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import { Refusal } from './refusal.ts';

const BOUNDS = { pixels: 1_000_000, frames: 10 };
const BLACK_WHITE_RED = [0, 0, 0, 255, 255, 255, 255, 0, 0];
const decoded = (file: Buffer) => [...decodeBmp(file, BOUNDS).data];

describe('a bitmap', () => {
  it('of 24 bits has its rows from below, padded, and blue first', () => {
    const data = Buffer.from([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0]);
    expect(decoded(bmp({ width: 2, height: 2, bits: 24, data }))).toEqual([
      9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4,
    ]);
    expect(decoded(bmp({ width: 2, height: -2, bits: 24, data }))).toEqual([
      3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10,
    ]);
  });

  it.each([
    ['1 bit', { bits: 1, data: Buffer.from([0b01000000, 0, 0, 0]) }],
    ['4 bits', { bits: 4, data: Buffer.from([0x01, 0, 0, 0]) }],
    ['8 bits', { bits: 8, data: Buffer.from([0, 1, 0, 0]) }],
    ['8 bits in runs', { bits: 8, compression: 1, data: Buffer.from([1, 0, 1, 1, 0, 1]) }],
    [
      '8 bits in stretches',
      { bits: 8, compression: 1, data: Buffer.from([0, 3, 0, 1, 0, 0, 0, 1]), width: 3 },
    ],
    ['4 bits in runs', { bits: 4, compression: 2, data: Buffer.from([2, 0x01, 0, 1]) }],
  ])('of %s takes its colors from a palette', (_name, layout) => {
    const file = bmp({ width: 2, height: 1, palette: BLACK_WHITE_RED, ...layout });
    expect(decoded(file).slice(0, 6)).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it('of 16 bits has five or six bits for a color', () => {
    expect(decoded(bmp({ width: 1, height: 1, bits: 16, data: word(0x7c1f) }))).toEqual([255, 0, 255]);
    const masks = [0xf800, 0x07e0, 0x001f];
    expect(
      decoded(bmp({ width: 1, height: 1, bits: 16, compression: 3, masks, data: word(0x07e0) })),
    ).toEqual([0, 255, 0]);
  });

  it('of 32 bits passes over alpha', () => {
    expect(decoded(bmp({ width: 1, height: 1, bits: 32, data: Buffer.from([1, 2, 3, 0]) }))).toEqual([
      3, 2, 1,
    ]);
  });

  it.each([
    ['truncated', { width: 2, height: 2, bits: 24, data: Buffer.alloc(15) }],
    [
      'truncated',
      { width: 2, height: 2, bits: 8, compression: 1, palette: BLACK_WHITE_RED, data: Buffer.from([1]) },
    ],
    ['corrupt', { width: 2, height: 1, bits: 8, palette: BLACK_WHITE_RED, data: Buffer.from([0, 9, 0, 0]) }],
    [
      'corrupt',
      {
        width: 2,
        height: 1,
        bits: 8,
        compression: 1,
        palette: BLACK_WHITE_RED,
        data: Buffer.from([9, 1, 0, 1]),
      },
    ],
    ['corrupt', { width: 2, height: 1, bits: 7, data: Buffer.alloc(4) }],
    ['corrupt', { width: -2, height: 1, bits: 24, data: Buffer.alloc(8) }],
    ['zero-dimension', { width: 0, height: 1, bits: 24, data: Buffer.alloc(8) }],
    ['too-many-pixels', { width: 2 ** 30, height: -(2 ** 31), bits: 24, data: Buffer.alloc(8) }],
    ['unsupported-format', { width: 1, height: 1, bits: 0, compression: 4, data: Buffer.alloc(8) }],
  ])('is refused as %s: %j', (reason, layout) => {
    expect(() => decodeBmp(bmp(layout), BOUNDS)).toThrow(
      expect.objectContaining({ name: 'Refusal', reason }),
    );
  });

  it('of any bytes is decoded or refused', () => {
    const header = fc.record({
      width: fc.integer({ min: -2, max: 40 }),
      height: fc.integer({ min: -40, max: 40 }),
      bits: fc.constantFrom(0, 1, 4, 8, 16, 24, 32),
      compression: fc.constantFrom(0, 1, 2, 3, 4, 6, 99),
      palette: fc
        .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
        .map((list) => list.slice(0, list.length - (list.length % 3))),
      data: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(header, fc.nat({ max: 400 }), (layout, kept) => {
        try {
          const { data, width, height } = decodeBmp(bmp(layout).subarray(0, kept), BOUNDS);
          expect(data).toHaveLength(width * height * 3);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const word = (value: number) => Buffer.from([value & 255, value >> 8, 0, 0]);

describe('the decoder', () => {
  const decoder = createConfinedDecoder();
  afterAll(() => decoder.close());

  it('hashes and renders a bitmap like any other picture', async () => {
    const { width, height } = SAMPLE_SIZE;
    const pixels = await sampleScene().raw().toBuffer();
    const data = Buffer.alloc(pixels.length);
    for (let at = 0; at < pixels.length; at += 3)
      data.set([pixels[at + 2]!, pixels[at + 1]!, pixels[at]!], at);
    const file = bmp({ width, height: -height, bits: 24, data });
    const png = await decoder.fingerprint(await sampleScene().png().toBuffer());
    expect(await decoder.fingerprint(file)).toEqual({ ...png, decodedAs: 'bmp' });
    expect(await decoder.render(file, { maxSide: 100, tone: 'gray', blur: 0 })).toMatchObject({
      width: 100,
      height: 75,
    });
  });
});
