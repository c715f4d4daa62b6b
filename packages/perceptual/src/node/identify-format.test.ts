import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { identifyFormat, RASTER_FORMATS } from './identify-format.ts';
import { sampleFiles } from './sample-pictures.ts';

it('tells the formats apart by content', async () => {
  for (const [format, bytes] of await sampleFiles()) expect(identifyFormat(bytes)).toBe(format);
});

it.each([
  ['heif', ftyp('heic', 'mif1', 'heic')],
  ['heif', ftyp('mif1', 'heic')],
  ['avif', ftyp('mif1', 'miaf', 'avif')],
  ['avif', ftyp('avis', 'msf1')],
  ['bmp', `BM${'\0'.repeat(12)}\x28\0\0\0`],
  ['tiff', 'MM\0*\0\0\0\x08'],
  ['tiff', 'II+\0\x08\0\0\0'],
  ['gif', 'GIF87a\x01\0\x01\0'],
])('recognizes %s by %j', (format, start) => {
  expect(identifyFormat(Buffer.from(start, 'latin1'))).toBe(format);
});

it.each([
  '',
  'B',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '<?xml version="1.0"?><svg/>',
  '%PDF-1.7',
  'BMW is not a picture',
  'RIFF\0\0\0\0WAVE',
  ftyp('isom', 'mp42'),
  '\xff\xd8',
])('does not know %j', (start) => {
  expect(identifyFormat(Buffer.from(start, 'latin1'))).toBeUndefined();
});

it('never reads brands beyond the end of their box', () => {
  expect(identifyFormat(Buffer.from(`${ftyp('isom', 'mp42')}avif`, 'latin1'))).toBeUndefined();
});

it('gives a known format or nothing for any bytes, also in the middle of a larger buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const format = identifyFormat(bytes);
      expect([undefined, ...RASTER_FORMATS]).toContain(format);
      const larger = new Uint8Array(bytes.length + 20);
      larger.set(bytes, 10);
      expect(identifyFormat(larger.subarray(10, 10 + bytes.length))).toBe(format);
    }),
  );
});

function ftyp(major: string, ...compatible: string[]): string {
  const length = 16 + 4 * compatible.length;
  return `\0\0\0${String.fromCharCode(length)}ftyp${major}\0\0\0\0${compatible.join('')}`;
}
