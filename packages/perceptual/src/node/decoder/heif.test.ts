import { afterAll, expect, it } from 'vitest';
import { pdqFromHex } from '../../index.ts';
import { box, canEncodeHevc, heic } from '../sample-heic.ts';
import { sampleScene, SAMPLE_SIZE } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';
import { usableConfinements } from './usable-confinements.ts';

const capable = await canEncodeHevc();
const note = capable ? '' : ' (skipped: there is no ffmpeg with libx265 here)';
const { width, height } = SAMPLE_SIZE;

it.skipIf(!capable).each(await usableConfinements())(
  `hashes and renders the HEIC of a phone, confined by %s${note}`,
  async (confinement) => {
    const decoder = createConfinedDecoder({ confinement });
    const file = await heic(await sampleScene().raw().toBuffer(), width, height);
    const expected = await decoder.fingerprint(await sampleScene().png().toBuffer());
    const outcome = await decoder.fingerprint(file);
    expect(outcome).toMatchObject({ decodedAs: 'heif', width, height, frames: 1, variants: [] });
    if (outcome.kind !== 'fingerprinted' || expected.kind !== 'fingerprinted') throw new Error('unscanned');
    expect(bitsBetween(outcome.pdq, expected.pdq)).toBeLessThanOrEqual(10);
    expect(await decoder.render(file, { maxSide: 80, tone: 'color', blur: 0 })).toMatchObject({
      width: 80,
      height: 60,
    });
    await decoder.close();
  },
);

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

it.skipIf(!capable)(`refuses a HEIC that is cut off${note}`, async () => {
  const file = await heic(await sampleScene().raw().toBuffer(), width, height);
  for (let part = 1; part < 8; part++) {
    const outcome = await decoder.fingerprint(file.subarray(0, Math.floor((file.length * part) / 8)));
    expect(outcome).toEqual({ kind: 'unscanned', reason: expect.stringMatching(/^(truncated|corrupt)$/) });
  }
});

it.each([
  ['no boxes', []],
  ['a box of absurd length', [Buffer.from('\xff\xff\xff\xf0meta\0\0\0\0', 'latin1')]],
  ['a box that ends before it begins', [Buffer.from('\0\0\0\x01meta\0\0\0\0\0\0\0\x02', 'latin1')]],
  ['boxes within boxes', [nested(2000)]],
])('refuses a HEIC with %s', async (_name, boxes) => {
  const file = Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1')), ...boxes]);
  expect(await decoder.fingerprint(file)).toEqual({
    kind: 'unscanned',
    reason: expect.stringMatching(/^(truncated|corrupt)$/),
  });
});

function nested(depth: number): Buffer {
  let inner = box('free');
  for (let i = 0; i < depth; i++) inner = box('meta', Buffer.alloc(4), inner);
  return inner;
}

function bitsBetween(left: string, right: string): number {
  const other = pdqFromHex(right);
  return pdqFromHex(left).reduce(
    (sum, byte, i) => sum + (byte ^ other[i]!).toString(2).replaceAll('0', '').length,
    0,
  );
}
