import { afterAll, expect, it } from 'vitest';
import { sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import { withoutJunk } from './jpeg.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

const plain = await sampleScene().jpeg().toBuffer();
const progressive = await sampleScene().jpeg({ progressive: true }).toBuffer();
const before = (marker: number, file: Buffer, junk: Buffer) => {
  const at = file.lastIndexOf(Buffer.from([0xff, marker]));
  return Buffer.concat([file.subarray(0, at), junk, file.subarray(at)]);
};

it.each([
  ['padding before the end', before(0xd9, plain, Buffer.alloc(100))],
  ['padding of another value', before(0xd9, plain, Buffer.alloc(40, 0x20))],
  ['padding of a progressive picture', before(0xd9, progressive, Buffer.alloc(100))],
  ['junk between the segments', before(0xc0, plain, Buffer.from('placeholder'))],
])('hashes a JPEG whose only damage is %s', async (_name, file) => {
  const sound = await decoder.fingerprint(file.includes(progressive.subarray(-40, -2)) ? progressive : plain);
  expect(await decoder.fingerprint(file)).toEqual({ ...sound, warnings: ['damaged'] });
});

it('still refuses one whose picture data stops and is filled up', async () => {
  const cut = Buffer.concat([
    plain.subarray(0, plain.length / 2),
    Buffer.alloc(200),
    Buffer.from([0xff, 0xd9]),
  ]);
  expect(await decoder.fingerprint(cut)).toEqual({ kind: 'unscanned', reason: 'corrupt' });
});

it('leaves sound files alone', () => {
  expect(withoutJunk(plain)).toBe(plain);
  expect(withoutJunk(progressive)).toBe(progressive);
});

it('refuses more than eight bits a sample', async () => {
  const deep = Buffer.from(plain);
  deep[deep.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12;
  expect(await decoder.fingerprint(deep)).toEqual({ kind: 'unscanned', reason: 'unsupported-format' });
});

it('says that further pictures follow', async () => {
  const preview = Buffer.from('\xff\xe2\x00\x0aMPF\0....', 'latin1');
  const file = Buffer.concat([plain.subarray(0, 2), preview, plain.subarray(2), plain]);
  expect(await decoder.fingerprint(file)).toMatchObject({ warnings: ['further-pictures'] });
});
