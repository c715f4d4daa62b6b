import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVpdq, frameInterval } from './index.ts';

/** A hash with the lowest `bits` bits set: so many bits from that of zeros. */
function withBits(bits: number, quality = 100) {
  return { hash: ((1n << BigInt(bits)) - 1n).toString(16).padStart(64, '0'), quality };
}
const far = { hash: 'f'.repeat(64), quality: 100 };

it('takes frames for alike up to 31 bits apart, or 30 as the reference in C++ does', () => {
  expect(compareVpdq([withBits(0)], [withBits(31)]).matches).toBe(true);
  expect(compareVpdq([withBits(0)], [withBits(32)]).matches).toBe(false);
  expect(compareVpdq([withBits(0)], [withBits(31)], { maxDistance: 30 }).matches).toBe(false);
});

it('gives the share of each that is in the other', () => {
  const comparison = compareVpdq([withBits(0)], [withBits(1), far, withBits(128), withBits(200)]);
  expect(comparison).toEqual({
    matches: true,
    queryPercent: 100,
    comparedPercent: 25,
    queryFrames: 1,
    comparedFrames: 4,
  });
  const clip = [withBits(0)];
  const whole = [withBits(0), far, withBits(128)];
  expect(compareVpdq(whole, clip).matches).toBe(false);
  expect(compareVpdq(whole, clip, { minQueryPercent: 30 }).matches).toBe(true);
  expect(compareVpdq(clip, whole, { minComparedPercent: 50 }).matches).toBe(false);
});

it('leaves out frames of low quality, and repeated ones', () => {
  const query = [withBits(0), withBits(0), withBits(0), { ...far, quality: 49 }, withBits(128)];
  expect(compareVpdq(query, [withBits(0)])).toMatchObject({ queryPercent: 50, queryFrames: 2 });
});

it('matches nothing when nothing is fit to be compared', () => {
  const nothing = { matches: false, queryPercent: 0, comparedPercent: 0 };
  expect(compareVpdq([], [], { minQueryPercent: 0 })).toMatchObject(nothing);
  expect(compareVpdq([withBits(0, 49)], [withBits(0)], { minQueryPercent: 0 })).toMatchObject(nothing);
});

it('is the same seen from the other side, and agrees with counting bit by bit', () => {
  const frame = fc.record({
    hash: fc.bigInt({ min: 0n, max: (1n << 48n) - 1n }).map((value) => value.toString(16).padStart(64, '0')),
    quality: fc.constantFrom(0, 49, 50, 100),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.array(frame, { maxLength: 8 }), (a, b) => {
      const maxDistance = 20;
      const there = compareVpdq(a, b, { maxDistance });
      const back = compareVpdq(b, a, { maxDistance });
      expect([there.queryPercent, there.comparedPercent]).toEqual([back.comparedPercent, back.queryPercent]);
      const fit = (list: typeof a) =>
        new Set(list.filter(({ quality }) => quality >= 50).map(({ hash }) => hash));
      const found = [...fit(a)].filter((one) =>
        [...fit(b)].some((other) => bitsBetween(one, other) <= maxDistance),
      );
      expect(there.queryPercent).toBe(found.length === 0 ? 0 : (found.length * 100) / fit(a).size);
    }),
  );
});

it('keeps every so many-th frame as the reference does', () => {
  expect(frameInterval(30, 1)).toBe(30);
  expect(frameInterval(30_000 / 1001, 1)).toBe(29);
  expect(frameInterval(0.5, 1)).toBe(1);
  expect(frameInterval(25, 0)).toBe(1);
  for (const rate of [0, -1, Number.NaN, Infinity]) expect(() => frameInterval(rate, 1)).toThrow(RangeError);
  expect(() => frameInterval(25, -1)).toThrow(RangeError);
});

function bitsBetween(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}
