import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { heavyPictures, hostilePictures } from '../hostile-pictures.ts';
import { sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import { DEFAULT_DECODER_LIMITS } from './limits.ts';
import { UNSCANNED_REASONS } from './outcome.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

const hostile = await hostilePictures();
const heavy = await heavyPictures();

/** Whose cause is in the file; the others would mean that the decoder, not the file, was at fault. */
const REFUSALS = UNSCANNED_REASONS.filter(
  (reason) => !['decoder-crashed', 'decoder-unavailable'].includes(reason),
);

describe('a hostile file', () => {
  it.each([...hostile.keys()])('is refused with a reason: %s', async (name) => {
    const outcome = await decoder.fingerprint(hostile.get(name)!);
    if (outcome.kind === 'fingerprinted') expect(HARMLESS).toContain(name);
    else expect(REFUSALS).toContain(outcome.reason);
    expect((await decoder.fingerprint(await sampleScene().jpeg().toBuffer())).kind).toBe('fingerprinted');
  });

  it.each([
    ['PNG that unpacks to 400 megapixels', 'too-many-pixels'],
    ['PNG of one by 300,000', 'too-many-pixels'],
    ['JPEG that claims 65,500 by 65,500', 'too-many-pixels'],
    ['JPEG of zero height', 'zero-dimension'],
    ['JPEG of twelve bits', 'unsupported-format'],
    ['GIF of 65,535 by 65,535', 'too-many-pixels'],
    ['BMP of 2,147,483,647 by 2,147,483,648', 'too-many-pixels'],
    ['BMP of runs that unpack to 200 megapixels', 'too-many-pixels'],
  ])('%s: %s', async (name, reason) => {
    expect(await decoder.fingerprint(hostile.get(name)!)).toEqual({ kind: 'unscanned', reason });
  });

  it('leaves the decoder within its memory', async () => {
    const { childPid } = await decoder.probe();
    for (const file of hostile.values()) await decoder.fingerprint(file);
    expect(decoder.status().childPid).toBe(childPid);
    const peak = /VmHWM:\s*(\d+) kB/.exec(await readFile(`/proc/${childPid}/status`, 'utf8'));
    expect(Number(peak?.[1]) * 1024).toBeLessThan(DEFAULT_DECODER_LIMITS.memoryBytes);
  });
});

/** The file lies about something that has no part in its pixels, or its pixels can all be had. */
const HARMLESS = [
  'JPEG that claims 65,500 by 1',
  'GIF of zero width',
  'PNG with a profile that unpacks to 50 MB',
  'PNG whose animation has frames without data',
];

it.each([...heavy.keys()])('is hashed in spite of %s', async (name) => {
  expect((await decoder.fingerprint(heavy.get(name)!)).kind).toBe('fingerprinted');
});

it('refuses a large picture cut off at every kilobyte', async () => {
  const whole = await sampleScene().resize(900).jpeg({ quality: 80 }).toBuffer();
  for (let length = 1024; length < whole.length; length += 1024) {
    const outcome = await decoder.fingerprint(whole.subarray(0, length));
    expect({ length, outcome }).toEqual({ length, outcome: { kind: 'unscanned', reason: 'truncated' } });
  }
});

it('hashes a picture of 65,535 by 5', async () => {
  const strip = await sampleScene().resize(65_500, 5, { fit: 'fill' }).jpeg().toBuffer();
  expect(await decoder.fingerprint(strip)).toMatchObject({ kind: 'fingerprinted', width: 65_500, height: 5 });
});

it('gives a picture of 65,535 by 1 the quality 0, unless it is resized before', async () => {
  const line = await sampleScene().resize(65_535, 1, { fit: 'fill' }).png().toBuffer();
  expect(await decoder.fingerprint(line)).toMatchObject({
    quality: 0,
    width: 65_535,
    height: 1,
  });
});
