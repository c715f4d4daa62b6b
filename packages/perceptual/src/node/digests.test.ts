import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { digests, digestsOf } from './digests.ts';

it('gives the digests that the standards print for "abc"', () => {
  expect(digests(Buffer.from('abc'))).toEqual({
    md5: '900150983cd24fb0d6963f7d28e17f72',
    sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
});

it('gives the digests of no bytes', () => {
  expect(digests(new Uint8Array()).md5).toBe('d41d8cd98f00b204e9800998ecf8427e');
});

it('does not depend on how the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 })), async (chunks) => {
      async function* pieces() {
        yield* chunks;
      }
      expect(await digestsOf(pieces())).toEqual(digests(Buffer.concat(chunks)));
    }),
  );
});

it('covers files longer than a stretch', async () => {
  const file = Buffer.alloc(200_000, 'breakwater');
  async function* whole() {
    yield file;
  }
  expect(digests(file).sha256).toBe((await digestsOf(whole())).sha256);
  expect(digests(file.subarray(1)).sha256).not.toBe(digests(file).sha256);
});
