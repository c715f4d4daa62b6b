import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { sampleFiles, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import type { Rendered, RenderRequest } from './outcome.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

const PLAIN: RenderRequest = { maxSide: 160, tone: 'color', blur: 0 };

async function render(bytes: Uint8Array, request: RenderRequest): Promise<Rendered> {
  const outcome = await decoder.render(bytes, request);
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
  return outcome;
}

it('makes a small WebP of every format', async () => {
  for (const [format, bytes] of await sampleFiles()) {
    const rendered = await render(bytes, PLAIN);
    expect({ format, ...rendered }).toMatchObject({
      format,
      mediaType: 'image/webp',
      width: 160,
      height: 120,
    });
    expect(await sharp(rendered.bytes).metadata()).toMatchObject({ format: 'webp', width: 160, height: 120 });
  }
});

it('does not enlarge', async () => {
  expect(await render(await sampleScene().png().toBuffer(), { ...PLAIN, maxSide: 2000 })).toMatchObject({
    width: 320,
    height: 240,
  });
});

it('leaves no color when asked for gray', async () => {
  const bytes = await sampleScene().png().toBuffer();
  expect(await colorfulness(await render(bytes, PLAIN))).toBeGreaterThan(50);
  expect(await colorfulness(await render(bytes, { ...PLAIN, tone: 'gray' }))).toBeLessThan(8);
});

it('blurs the more, the larger the sigma', async () => {
  const bytes = await sampleScene().png().toBuffer();
  const sharpness = [];
  for (const blur of [0, 2, 8])
    sharpness.push(await largestStep(await render(bytes, { ...PLAIN, tone: 'gray', blur })));
  expect(sharpness[0]).toBeGreaterThan(sharpness[1]! * 2);
  expect(sharpness[1]).toBeGreaterThan(sharpness[2]! * 2);
});

it('turns the picture as its metadata asks', async () => {
  const turned = await sampleScene().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await render(turned, PLAIN)).toMatchObject({ width: 120, height: 160 });
});

it('carries no metadata over', async () => {
  const original = await sampleScene()
    .withExif({ IFD0: { Copyright: 'placeholder' } })
    .withIccProfile('p3')
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">placeholder</x:xmpmeta>')
    .jpeg()
    .toBuffer();
  expect(original.includes('placeholder')).toBe(true);
  const { bytes } = await render(original, PLAIN);
  expect(Buffer.from(bytes).includes('placeholder')).toBe(false);
  const { exif, icc, xmp, iptc } = await sharp(bytes).metadata();
  expect({ exif, icc, xmp, iptc }).toEqual({});
});

it('lays transparency over white', async () => {
  const glass = sharp({
    create: { width: 50, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  });
  const { bytes } = await render(await glass.png().toBuffer(), PLAIN);
  expect((await sharp(bytes).raw().toBuffer()).every((value) => value > 250)).toBe(true);
});

it('refuses a damaged picture', async () => {
  const jpeg = await sampleScene().jpeg().toBuffer();
  expect(await decoder.render(jpeg.subarray(0, jpeg.length / 2), PLAIN)).toEqual({
    kind: 'unscanned',
    reason: 'truncated',
  });
});

it.each([
  { ...PLAIN, maxSide: 0 },
  { ...PLAIN, maxSide: 10.5 },
  { ...PLAIN, maxSide: 100_000 },
  { ...PLAIN, blur: -1 },
  { ...PLAIN, blur: 0.1 },
  { ...PLAIN, blur: Number.NaN },
])('rejects a request of $maxSide pixels with blur $blur', async (request) => {
  await expect(decoder.render(await sampleScene().png().toBuffer(), request)).rejects.toThrow(RangeError);
});

async function colorfulness({ bytes }: Rendered): Promise<number> {
  const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let largest = 0;
  for (let at = 0; at < data.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    largest = Math.max(largest, Math.max(red, green, blue) - Math.min(red, green, blue));
  }
  return largest;
}

async function largestStep({ bytes }: Rendered): Promise<number> {
  const { data, info } = await sharp(bytes).grayscale().raw().toBuffer({ resolveWithObject: true });
  let largest = 0;
  for (let at = 1; at < data.length; at++) {
    if (at % info.width !== 0) largest = Math.max(largest, Math.abs(data[at]! - data[at - 1]!));
  }
  return largest;
}
