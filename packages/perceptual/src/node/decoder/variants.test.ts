import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { pdqFamilies, pdqToHex } from '../../index.ts';
import { animatedPng } from '../sample-animations.ts';
import { blackPng, otherScene, pngChunk, SAMPLE_SIZE, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import type { Fingerprinted } from './outcome.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

async function fingerprint(bytes: Uint8Array): Promise<Fingerprinted> {
  const outcome = await decoder.fingerprint(bytes);
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
  return outcome;
}

async function pairOf(picture: Sharp) {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { fullResolution, nearest512 } = pdqFamilies({
    data,
    width: info.width,
    height: info.height,
    channels: 3,
  });
  return {
    pdq: pdqToHex(fullResolution.hash),
    quality: fullResolution.quality,
    pdq512: pdqToHex(nearest512.hash),
    quality512: nearest512.quality,
  };
}

const again = async (picture: Sharp) => sharp(await picture.png().toBuffer());

describe('a picture that is to be turned for display', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])(
    'by orientation %i is hashed as stored and as shown',
    async (orientation) => {
      const file = await sampleScene()
        .resize(700, 300, { fit: 'fill' })
        .withMetadata({ orientation })
        .tiff()
        .toBuffer();
      const outcome = await fingerprint(file);
      expect(outcome).toMatchObject({ ...(await pairOf(sharp(file))), width: 700, height: 300 });
      expect(outcome.warnings).toEqual(['orientation-ignored']);
      expect(outcome.variants).toEqual([{ kind: 'as-shown', ...(await pairOf(sharp(file).autoOrient())) }]);
    },
  );
});

describe('a transparent picture', () => {
  it('is hashed over white and over black', async () => {
    const ghost = await sampleScene()
      .composite([{ input: disk(), blend: 'dest-in' }])
      .png()
      .toBuffer();
    const outcome = await fingerprint(ghost);
    const over = async (background: string) =>
      await pairOf(await again(sharp(ghost).flatten({ background })));
    expect(outcome).toMatchObject(await over('white'));
    expect(outcome.warnings).toEqual(['alpha-flattened']);
    expect(outcome.variants).toEqual([{ kind: 'over-black', ...(await over('black')) }]);
  });

  it('of gray and alpha, too', async () => {
    const ghost = sampleScene()
      .grayscale()
      .composite([{ input: disk(), blend: 'dest-in' }]);
    const outcome = await fingerprint(await ghost.toColourspace('b-w').png().toBuffer());
    expect(outcome.variants.map(({ kind }) => kind)).toEqual(['over-black']);
  });
});

describe.each(['gif', 'webp'] as const)('an animated %s', (format) => {
  it('has each distinct frame hashed, once', async () => {
    const scenes = [sampleScene(), otherScene(), sampleScene(), sampleScene().flip()];
    const outcome = await fingerprint(await animation(scenes, format));
    const still = async (scene: Sharp) =>
      await fingerprint(await (await again(scene)).toFormat(format).toBuffer());
    expect(outcome).toMatchObject({ ...SAMPLE_SIZE, frames: 4, decodedAs: format });
    expect(outcome.warnings.filter((warning) => warning !== 'alpha-flattened')).toEqual([]);
    expect(outcome.variants.map(({ kind, frame }) => [kind, frame])).toEqual([
      ['frame', 1],
      ['frame', 3],
    ]);
    if (format === 'webp') expect(outcome.variants[0]!.pdq).toBe((await still(otherScene())).pdq);
  });
});

describe('a TIFF of several pages', () => {
  it('has each page hashed by itself', async () => {
    const pages = await Promise.all([sampleScene(), otherScene()].map((scene) => scene.png().toBuffer()));
    const file = await sharp(pages, { join: { animated: true } })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const outcome = await fingerprint(file);
    expect(outcome).toMatchObject({
      ...SAMPLE_SIZE,
      ...(await pairOf(sampleScene())),
      frames: 2,
      warnings: [],
    });
    expect(outcome.variants).toEqual([
      { kind: 'frame', frame: 1, ...(await pairOf(await again(otherScene()))) },
    ]);
  });
});

describe('more frames than may be hashed', () => {
  it('are not hashed, and that is said', async () => {
    const bounded = createConfinedDecoder({ limits: { frames: 2 } });
    const outcome = await bounded.fingerprint(
      await animation([sampleScene(), otherScene(), sampleScene().flip()], 'webp'),
    );
    expect(outcome).toMatchObject({ frames: 3, warnings: ['first-frame-only', 'frames-beyond-limit'] });
    expect(outcome.kind === 'fingerprinted' && outcome.variants).toHaveLength(1);
    await bounded.close();
  });

  it('are counted by their pixels as well', async () => {
    const bounded = createConfinedDecoder({ limits: { pixels: 200_000 } });
    const outcome = await bounded.fingerprint(
      await animation([sampleScene(), otherScene(), sampleScene().flip()], 'webp'),
    );
    expect(outcome).toMatchObject({ frames: 3, warnings: ['first-frame-only', 'frames-beyond-limit'] });
    await bounded.close();
  });
});

describe('an animated PNG', () => {
  it('has each frame hashed as it is shown', async () => {
    const outcome = await fingerprint(
      await animatedPng(SAMPLE_SIZE, [
        { picture: sampleScene() },
        { picture: otherScene().resize(100, 80), x: 30, y: 50 },
        { picture: sampleScene() },
      ]),
    );
    expect(outcome).toMatchObject({
      ...(await pairOf(sampleScene())),
      frames: 3,
      warnings: ['alpha-flattened'],
    });
    const second = sampleScene().composite([
      { input: await otherScene().resize(100, 80).png().toBuffer(), left: 30, top: 50 },
    ]);
    expect(outcome.variants).toEqual([{ kind: 'frame', frame: 1, ...(await pairOf(await again(second))) }]);
  });

  it('has areas cleared and restored between frames', async () => {
    const at = { x: 30, y: 50 };
    const outcome = await fingerprint(
      await animatedPng(SAMPLE_SIZE, [
        { picture: sampleScene() },
        { picture: small(), ...at, disposal: 'restore' },
        { picture: small().flip(), x: 200, y: 10, disposal: 'clear' },
        { picture: small(), ...at },
      ]),
    );
    const hole = sharp({ create: { width: 100, height: 80, channels: 3, background: 'white' } });
    const third = sampleScene().composite([await layer(small().flip(), 200, 10)]);
    const fourth = sampleScene().composite([await layer(hole, 200, 10), await layer(small(), 30, 50)]);
    const frames = outcome.variants.filter(({ kind }) => kind === 'frame');
    expect(frames.slice(1).map(({ pdq }) => pdq)).toEqual([
      (await pairOf(await again(third))).pdq,
      (await pairOf(await again(fourth))).pdq,
    ]);
  });

  it('that promises frames which it does not have is not wholly hashed', async () => {
    expect((await fingerprint(blackPng({ width: 64, height: 48 }))).warnings).toEqual([]);
    expect((await fingerprint(blackPng({ width: 64, height: 48, animated: true }))).warnings).toEqual([
      'first-frame-only',
    ]);
  });

  it('that promises none is a still picture', async () => {
    const still = blackPng({ width: 64, height: 48, animated: true });
    const none = Buffer.concat([
      still.subarray(0, 33),
      pngChunk('acTL', Buffer.alloc(8)),
      still.subarray(53),
    ]);
    expect(await fingerprint(none)).toMatchObject({ frames: 1, warnings: [], variants: [] });
  });

  it('may have a default picture that is not part of it', async () => {
    const frames = [{ picture: sampleScene() }, { picture: otherScene() }];
    const file = await animatedPng(SAMPLE_SIZE, frames, 'apart');
    const outcome = await fingerprint(file);
    expect(outcome).toMatchObject({
      ...(await pairOf(sampleScene())),
      frames: 2,
      warnings: ['alpha-flattened'],
    });
    expect(outcome.variants).toEqual([
      { kind: 'frame', frame: 1, ...(await pairOf(await again(otherScene()))) },
    ]);
  });
});

const small = () => otherScene().resize(100, 80);

async function layer(picture: Sharp, left: number, top: number) {
  return { input: await picture.png().toBuffer(), left, top };
}

function disk(): Buffer {
  return Buffer.from('<svg width="320" height="240"><circle cx="150" cy="110" r="90"/></svg>');
}

async function animation(scenes: readonly Sharp[], format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = await Promise.all(scenes.map((scene) => scene.png().toBuffer()));
  return await sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}
