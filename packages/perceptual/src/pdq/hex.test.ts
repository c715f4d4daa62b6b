import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pdqFromHex, pdqToHex } from './hex.ts';

it('writes and reads any hash without change', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (hash) => {
      expect(pdqFromHex(pdqToHex(hash))).toEqual(hash);
      expect(pdqFromHex(pdqToHex(hash).toUpperCase())).toEqual(hash);
    }),
  );
});

it('writes the first byte first', () => {
  expect(pdqToHex(Uint8Array.from({ length: 32 }, (_, i) => i))).toMatch(/^000102.*1e1f$/);
});

it.each([
  '',
  'ab',
  '0'.repeat(63),
  '0'.repeat(65),
  'g'.repeat(64),
  ` ${'0'.repeat(64)}`,
  `${'0'.repeat(64)}\n`,
])('refuses %j', (text) => {
  expect(() => pdqFromHex(text)).toThrow(new SyntaxError('A PDQ hash is written as exactly 64 hex digits'));
});

it('refuses to write anything but 32 bytes', () => {
  expect(() => pdqToHex(new Uint8Array(31))).toThrow(RangeError);
});
