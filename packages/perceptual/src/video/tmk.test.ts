import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareTmk,
  TMK_COEFFICIENTS,
  TMK_FILE_BYTES,
  TMK_FRAME_SIDE,
  TmkBuilder,
  TmkFormatError,
  type TmkHash,
  tmkFrameFeature,
  tmkFromBytes,
  tmkLevel2,
  tmkToBytes,
} from './index.ts';

/** Bars that wander over a slope; `scene` sets their pace and place. */
function frameOf(scene: number, time: number): Uint8Array {
  const rgb = new Uint8Array(TMK_FRAME_SIDE * TMK_FRAME_SIDE * 3);
  for (let i = 0; i < TMK_FRAME_SIDE * TMK_FRAME_SIDE; i++) {
    const x = i % TMK_FRAME_SIDE;
    const y = Math.floor(i / TMK_FRAME_SIDE);
    const wave =
      Math.sin((x * (scene + 1)) / 9 + (time * (scene + 2)) / 7) * Math.cos((y * (scene + 3)) / 11);
    rgb.fill(Math.round(128 + 90 * wave + (scene % 2 === 0 ? x : y) / 2), 3 * i, 3 * i + 3);
  }
  return rgb;
}

function hashOf(scene: number, { from = 0, frames = 90 } = {}): TmkHash {
  const builder = new TmkBuilder();
  for (let time = from; time < from + frames; time++) builder.push(frameOf(scene, time));
  return builder.finish();
}

const first = hashOf(1);
const second = hashOf(4);

describe('comparing', () => {
  it('gives a video 1 against itself on both levels', () => {
    const { matches, level1, level2 } = compareTmk(first, first);
    expect(matches).toBe(true);
    expect(level1).toBeCloseTo(1, 6);
    expect(level2).toBeCloseTo(1, 5);
  });

  it('tells different videos apart', () => {
    const { matches, level1 } = compareTmk(first, second);
    expect(matches).toBe(false);
    expect(level1).toBeLessThan(0.7);
  });

  it('finds a copy with changed pixels, from either side', () => {
    const builder = new TmkBuilder();
    for (let time = 0; time < 90; time++)
      builder.push(frameOf(1, time).map((value, i) => Math.min(255, value + (i % 7))));
    const copy = builder.finish();
    expect(compareTmk(first, copy).matches).toBe(true);
    expect(tmkLevel2(first, copy)).toBeGreaterThan(0.9);
    expect(tmkLevel2(first, second)).toBeCloseTo(tmkLevel2(second, first), 5);
  });

  it('resembles nothing when there is nothing to see', () => {
    const nothing = new TmkBuilder().finish();
    expect(compareTmk(nothing, first)).toEqual({ matches: false, level1: 0, level2: undefined });
    expect(compareTmk(nothing, nothing).matches).toBe(false);
  });

  it('refuses hashes of different frame rates', () => {
    expect(() => compareTmk(first, { ...first, framesPerSecond: 30 })).toThrow(RangeError);
  });
});

describe('the file', () => {
  it('has the length and the header of the reference', () => {
    const bytes = tmkToBytes(first);
    expect(bytes.length).toBe(TMK_FILE_BYTES);
    const view = new DataView(bytes.buffer);
    expect(Buffer.from(bytes.subarray(0, 12)).toString()).toBe('TMK1FVECPDQF');
    expect([12, 16, 20, 24, 28, 32, 36, 40, 44].map((at) => view.getInt32(at, true))).toEqual([
      15, 4, 32, 256, 90, 2731, 4391, 9767, 14653,
    ]);
    expect(view.getFloat32(48, true)).toBeCloseTo(0.0708041893, 8);
  });

  it('reads what it has written, also from the middle of a buffer', () => {
    const bytes = tmkToBytes(first);
    expect(tmkFromBytes(bytes)).toEqual(first);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(tmkFromBytes(larger.subarray(3, 3 + bytes.length))).toEqual(first);
    const nothing = new TmkBuilder().finish();
    expect(tmkFromBytes(tmkToBytes(nothing))).toEqual(nothing);
  });

  it.each([0, 1, 31, 32, 4096, TMK_FILE_BYTES - 1, TMK_FILE_BYTES + 1])(
    'of %i bytes is refused',
    (length) => {
      const bytes = new Uint8Array(length);
      bytes.set(tmkToBytes(first).subarray(0, length));
      expect(faultOf(bytes)).toBe('wrong-length');
    },
  );

  it.each([
    ['wrong-magic', 0],
    ['wrong-magic', 7],
    ['unsupported-parameters', 16],
    ['unsupported-parameters', 24],
    ['unsupported-parameters', 33],
    ['unsupported-parameters', 50],
  ])('is refused as %s if byte %i is altered', (fault, at) => {
    const bytes = tmkToBytes(first);
    bytes[at]! ^= 0x55;
    expect(faultOf(bytes)).toBe(fault);
  });

  it('is refused if the exponent of any feature is altered', () => {
    const intact = tmkToBytes(first);
    const features = 48 + 128 + 1024;
    const places = fc.integer({ min: 0, max: (TMK_FILE_BYTES - features) / 4 - 1 });
    fc.assert(
      fc.property(places, (place) => {
        const bytes = intact.slice();
        bytes.fill(0x7f, features + 4 * place + 3, features + 4 * place + 4);
        expect(faultOf(bytes)).toBe('inconsistent');
      }),
      { numRuns: 30 },
    );
  });

  it('ends in a hash or in a coded error for any damage', () => {
    const intact = tmkToBytes(first);
    fc.assert(
      fc.property(fc.nat({ max: TMK_FILE_BYTES - 1 }), fc.uint8Array({ maxLength: 16 }), (at, noise) => {
        const bytes = intact.slice();
        bytes.set(noise.subarray(0, TMK_FILE_BYTES - at), at);
        expect([undefined, 'wrong-magic', 'unsupported-parameters', 'inconsistent']).toContain(
          faultOf(bytes),
        );
      }),
      { numRuns: 50 },
    );
  });
});

it('weights the terms as published', () => {
  expect(TMK_COEFFICIENTS[1]).toBeCloseTo(0.13937789309, 8);
  expect(TMK_COEFFICIENTS[31]! * 1e8).toBeCloseTo(9.19087, 4);
});

it('refuses a frame of another size', () => {
  expect(() => tmkFrameFeature(new Uint8Array(10))).toThrow(RangeError);
});

function faultOf(bytes: Uint8Array): unknown {
  try {
    tmkFromBytes(bytes);
  } catch (error) {
    if (error instanceof TmkFormatError) return error.code;
    throw error;
  }
  return undefined;
}
