import sharp from 'sharp';
import { hammingDistance } from '@breakwater/hamming';
import { expect, it } from 'vitest';
import { demoPicture, encodePicture, pdqOfDemoPicture, variantOf, type DemoPictureKind } from './pictures.ts';

const KINDS: readonly DemoPictureKind[] = ['hills', 'lighthouse', 'harbor', 'shapes', 'pattern'];
const SEEDS = [9, 11, 12, 16];
const PICTURES = KINDS.flatMap((kind) => SEEDS.map((seed) => ({ kind, seed })));

const pdqOf = async (bytes: Uint8Array) => Buffer.from((await pdqOfDemoPicture(bytes)).pdq, 'hex');

it('draws the same pixels for the same kind and seed, and others for another seed', () => {
  for (const kind of KINDS) {
    const size = { width: 96, height: 72 };
    expect(demoPicture(kind, 3, size)).toEqual(demoPicture(kind, 3, size));
    expect(demoPicture(kind, 3, size).data).not.toEqual(demoPicture(kind, 4, size).data);
  }
});

it('encodes the same bytes again', async () => {
  const first = await encodePicture(demoPicture('harbor', 9), 'jpeg');
  expect(first).toEqual(await encodePicture(demoPicture('harbor', 9), 'jpeg'));
});

it.each([
  ['jpeg', 'harbor'],
  ['png', 'shapes'],
] as const)('makes a %s of the size that was asked for', async (format, kind) => {
  const bytes = await encodePicture(demoPicture(kind, 15, { width: 320, height: 200 }), format);
  expect(await sharp(bytes).metadata()).toMatchObject({ format, width: 320, height: 200 });
});

it('draws pictures that are small as files, full of detail, and far apart from each other', async () => {
  const hashes: Buffer[] = [];
  for (const { kind, seed } of PICTURES) {
    const bytes = await encodePicture(demoPicture(kind, seed), 'jpeg');
    expect(bytes.length, `${kind} ${seed}`).toBeLessThanOrEqual(60_000);
    const { pdq, quality } = await pdqOfDemoPicture(bytes);
    expect(quality, `${kind} ${seed}`).toBeGreaterThanOrEqual(80);
    hashes.push(Buffer.from(pdq, 'hex'));
  }
  const distances = hashes.flatMap((hash, index) =>
    hashes.slice(index + 1).map((other) => hammingDistance(hash, other)),
  );
  expect(distances).toHaveLength((PICTURES.length * (PICTURES.length - 1)) / 2);
  expect(Math.min(...distances)).toBeGreaterThan(60);
});

it.each(['resized', 'recompressed'] as const)('a %s picture is another file, but near', async (change) => {
  for (const { kind, seed } of PICTURES) {
    const original = await encodePicture(demoPicture(kind, seed), 'jpeg');
    const variant = await variantOf(original, change);
    expect(variant.equals(original)).toBe(false);
    const distance = hammingDistance(await pdqOf(original), await pdqOf(variant));
    expect(distance, `${kind} ${seed}`).toBeLessThanOrEqual(31);
  }
});

it('a cropped picture is smaller on all sides', async () => {
  const original = await encodePicture(demoPicture('hills', 9), 'jpeg');
  const metadata = await sharp(await variantOf(original, 'cropped')).metadata();
  expect(metadata).toMatchObject({ width: 560, height: 420 });
});
