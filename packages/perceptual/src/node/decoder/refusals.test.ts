import { afterAll, describe, expect, it } from 'vitest';
import { blackPng, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import { UNSCANNED_REASONS } from './outcome.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

describe('refused without starting a decoder', () => {
  it.each([
    ['empty', ''],
    [
      'unrecognized-format',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    ],
    ['unrecognized-format', '%PDF-1.7'],
  ])('%s: %j', async (reason, content) => {
    const bytes = Buffer.from(content, 'latin1');
    expect(await decoder.fingerprint(bytes)).toEqual({ kind: 'unscanned', reason });
    expect(await decoder.render(bytes, { maxSide: 100, tone: 'gray', blur: 2 })).toEqual({
      kind: 'unscanned',
      reason,
    });
    expect(decoder.status().confinement).toBe('undecided');
  });

  it('too-large', async () => {
    const small = createConfinedDecoder({ limits: { bytes: 1000 } });
    const bytes = await sampleScene().png({ compressionLevel: 0 }).toBuffer();
    expect(await small.fingerprint(bytes)).toEqual({ kind: 'unscanned', reason: 'too-large' });
    expect(small.status().confinement).toBe('undecided');
  });
});

it('refuses a small file that unpacks to 200 megapixels', async () => {
  const bomb = blackPng({ width: 20_000, height: 10_000 });
  expect(bomb.length).toBeLessThan(200_000);
  expect(await decoder.fingerprint(bomb)).toEqual({ kind: 'unscanned', reason: 'too-many-pixels' });
  expect(await decoder.render(bomb, { maxSide: 100, tone: 'gray', blur: 0 })).toEqual({
    kind: 'unscanned',
    reason: 'too-many-pixels',
  });
});

it('takes a picture of exactly as many pixels as allowed, and not one more', async () => {
  const exact = createConfinedDecoder({ limits: { pixels: 10_000 } });
  expect((await exact.fingerprint(blackPng({ width: 100, height: 100 }))).kind).toBe('fingerprinted');
  expect(await exact.fingerprint(blackPng({ width: 73, height: 137 }))).toEqual({
    kind: 'unscanned',
    reason: 'too-many-pixels',
  });
  await exact.close();
});

it('has reasons that are written in kebab-case, each once', () => {
  expect(new Set(UNSCANNED_REASONS).size).toBe(UNSCANNED_REASONS.length);
  for (const reason of UNSCANNED_REASONS) expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
});
