import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdqDihedral, pdqFromHex, pdqFromRgb, pdqToHex } from '../../index.ts';
import { otherScene, SAMPLE_SIZE, sampleFiles, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import type { Fingerprinted } from './outcome.ts';
import { usableConfinements } from './usable-confinements.ts';

let expected: Uint8Array;

beforeAll(async () => {
  const data = await sampleScene().raw().toBuffer();
  const { hash, quality } = pdqFromRgb({ data, ...SAMPLE_SIZE, channels: 3 });
  expect(quality).toBe(100);
  expected = hash;
});

describe.each(await usableConfinements())('a decoder confined by %s', (confinement) => {
  const decoder = createConfinedDecoder({ confinement });
  afterAll(() => decoder.close());

  const fingerprint = async (bytes: Uint8Array): Promise<Fingerprinted> => {
    const outcome = await decoder.fingerprint(bytes);
    if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
    return outcome;
  };

  it('hashes a lossless picture to the very bits of its pixels', async () => {
    const pdq = pdqToHex(expected);
    const data = await sampleScene().raw().toBuffer();
    expect(await fingerprint(await sampleScene().png().toBuffer())).toEqual({
      kind: 'fingerprinted',
      pdq,
      quality: 100,
      pdq512: pdq,
      quality512: 100,
      dihedral: pdqDihedral({ data, ...SAMPLE_SIZE, channels: 3 }).map(pdqToHex),
      ...SAMPLE_SIZE,
      frames: 1,
      decodedAs: 'png',
      warnings: [],
      variants: [],
    });
  });

  it('hashes every format to nearly the same bits', async () => {
    for (const [format, bytes] of await sampleFiles()) {
      const outcome = await fingerprint(bytes);
      expect(outcome).toMatchObject({ decodedAs: format, ...SAMPLE_SIZE, warnings: [] });
      expect({ format, distance: distance(outcome.pdq, expected) }).toEqual({
        format,
        distance: withinBits(10),
      });
    }
  });

  it('tells different pictures apart', async () => {
    const { pdq } = await fingerprint(await otherScene().png().toBuffer());
    expect(distance(pdq, expected)).toBeGreaterThan(60);
  });

  it('decodes by content: a JPEG is a JPEG whatever precedes it in name or type', async () => {
    expect((await fingerprint(await sampleScene().jpeg().toBuffer())).decodedAs).toBe('jpeg');
  });

  it.each([
    ['progressive JPEG', 6, [], () => sampleScene().jpeg({ progressive: true, quality: 92 })],
    ['CMYK JPEG', 24, ['cmyk-converted'], () => sampleScene().toColourspace('cmyk').jpeg({ quality: 92 })],
    ['CMYK TIFF', 24, ['cmyk-converted'], () => sampleScene().toColourspace('cmyk').tiff()],
    ['palette PNG', 10, [], () => sampleScene().png({ palette: true })],
    ['interlaced PNG', 0, [], () => sampleScene().png({ progressive: true })],
    ['16-bit PNG', 0, ['depth-reduced'], () => sampleScene().toColourspace('rgb16').png()],
    ['gray PNG', 10, [], () => sampleScene().grayscale().png()],
    ['gray JPEG', 10, [], () => sampleScene().grayscale().jpeg({ quality: 92 })],
    ['16-bit gray PNG', 10, ['depth-reduced'], () => sampleScene().toColourspace('grey16').png()],
    ['opaque PNG with alpha', 0, ['alpha-flattened'], () => sampleScene().ensureAlpha(1).png()],
    ['lossless WebP', 0, [], () => sampleScene().webp({ lossless: true })],
  ] as const)('converts a %s to plain RGB', async (_name, bits, warnings, encode) => {
    const outcome = await fingerprint(await encode().toBuffer());
    expect(outcome.warnings).toEqual(warnings);
    expect(distance(outcome.pdq, expected)).toEqual(withinBits(bits));
  });

  it('lays transparent pixels over white', async () => {
    const onGlass = await sharp({
      create: { ...SAMPLE_SIZE, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .composite([{ input: await sampleScene().resize(100).png().toBuffer(), left: 20, top: 30 }])
      .png()
      .toBuffer();
    const onPaper = await sharp(onGlass).flatten({ background: 'white' }).png().toBuffer();
    expect((await fingerprint(onGlass)).pdq).toBe((await fingerprint(onPaper)).pdq);
  });

  it('passes over the profile of an RGB picture', async () => {
    const plain = await sampleScene().png().toBuffer();
    const profiled = await sharp(plain).withIccProfile('p3').png().toBuffer();
    const pixelsAsStored = await sharp(profiled, { ignoreIcc: true }).raw().toBuffer();
    const { hash } = pdqFromRgb({ data: pixelsAsStored, ...SAMPLE_SIZE, channels: 3 });
    expect((await fingerprint(profiled)).pdq).toBe(pdqToHex(hash));
  });

  it('gives a picture too small to hash a quality of 0', async () => {
    const dot = await sampleScene().resize(4, 4, { fit: 'fill' }).png().toBuffer();
    expect(await fingerprint(dot)).toMatchObject({ quality: 0, pdq: '0'.repeat(64), width: 4, height: 4 });
  });

  it('answers many at once, each with its own', async () => {
    const files = [...(await sampleFiles()).values()];
    const oneByOne = [];
    for (const file of files) oneByOne.push(await fingerprint(file));
    expect(await Promise.all(files.map(fingerprint))).toEqual(oneByOne);
  });
});

function withinBits(bits: number): unknown {
  return expect.toSatisfy((value: number) => value <= bits, `at most ${bits} bits`);
}

function distance(hex: string, hash: Uint8Array): number {
  return pdqFromHex(hex).reduce((sum, byte, i) => sum + ones(byte ^ hash[i]!), 0);
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
