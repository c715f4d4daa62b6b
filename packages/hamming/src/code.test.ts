import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CODE_BYTES, hammingDistance } from './code.ts';

const code = fc.uint8Array({ minLength: CODE_BYTES, maxLength: CODE_BYTES });

it('counts the bits in which two codes differ', () => {
  fc.assert(
    fc.property(code, code, (a, b) => {
      expect(hammingDistance(a, b)).toBe(bitByBit(a, b));
    }),
  );
});

it('finds 0 from a code to itself and 256 to its opposite', () => {
  fc.assert(
    fc.property(code, (a) => {
      expect(hammingDistance(a, a)).toBe(0);
      expect(
        hammingDistance(
          a,
          a.map((byte) => ~byte),
        ),
      ).toBe(256);
    }),
  );
});

it.each([0, 31, 33, 64])('refuses a code of %i bytes', (length) => {
  const sound = new Uint8Array(32);
  expect(() => hammingDistance(new Uint8Array(length), sound)).toThrow(`32 bytes long, not ${length}`);
  expect(() => hammingDistance(sound, new Uint8Array(length))).toThrow(RangeError);
});

function bitByBit(a: Uint8Array, b: Uint8Array): number {
  let rest = BigInt(`0x${Buffer.from(a).toString('hex')}`) ^ BigInt(`0x${Buffer.from(b).toString('hex')}`);
  let count = 0;
  for (; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}
