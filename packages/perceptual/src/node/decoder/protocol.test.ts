import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFingerprintAnswer, parseRenderAnswer, type Request } from './protocol.ts';

const FINGERPRINT: Request = {
  id: 7,
  task: 'fingerprint',
  format: 'png',
  pixelLimit: 1_000_000,
  frameLimit: 10,
};
const RENDER: Request = { ...FINGERPRINT, task: 'render', render: { maxSide: 100, tone: 'gray', blur: 0 } };
const NOTHING = new Uint8Array();
const WEBP = Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1');

const FINGERPRINTED = {
  id: 7,
  kind: 'fingerprinted',
  pdq: 'a5'.repeat(32),
  quality: 80,
  pdq512: 'b6'.repeat(32),
  quality512: 79,
  dihedral: Array.from({ length: 8 }, (_, i) => `0${i}`.repeat(32)),
  frames: 3,
  variants: [
    { kind: 'frame', frame: 2, pdq: 'c7'.repeat(32), quality: 60, pdq512: 'c8'.repeat(32), quality512: 61 },
  ],
  width: 30,
  height: 20,
  warnings: ['alpha-flattened'],
};
const RENDERED = { id: 7, kind: 'rendered', width: 100, height: 20 };

describe('an answer of the decoder', () => {
  it('is taken when it fits the request', () => {
    const { id: _, ...fingerprinted } = FINGERPRINTED;
    expect(parseFingerprintAnswer({ header: FINGERPRINTED, body: NOTHING }, FINGERPRINT)).toEqual({
      ...fingerprinted,
      decodedAs: 'png',
    });
    expect(parseRenderAnswer({ header: RENDERED, body: WEBP }, RENDER)).toEqual({
      kind: 'rendered',
      width: 100,
      height: 20,
      bytes: WEBP,
      mediaType: 'image/webp',
    });
    expect(
      parseFingerprintAnswer(
        { header: { id: 7, kind: 'unscanned', reason: 'corrupt' }, body: NOTHING },
        FINGERPRINT,
      ),
    ).toEqual({ kind: 'unscanned', reason: 'corrupt' });
  });

  it.each([
    { ...FINGERPRINTED, id: 6 },
    { ...FINGERPRINTED, pdq: 'A5'.repeat(32) },
    { ...FINGERPRINTED, pdq: 'a5' },
    { ...FINGERPRINTED, quality: 101 },
    { ...FINGERPRINTED, quality: '80' },
    { ...FINGERPRINTED, width: 0 },
    { ...FINGERPRINTED, height: 2_000_000 },
    { ...FINGERPRINTED, warnings: ['<script>'] },
    { ...FINGERPRINTED, warnings: undefined },
    { ...FINGERPRINTED, pdq512: undefined },
    { ...FINGERPRINTED, quality512: -1 },
    { ...FINGERPRINTED, dihedral: FINGERPRINTED.dihedral.slice(1) },
    { ...FINGERPRINTED, dihedral: [...FINGERPRINTED.dihedral.slice(1), 'a5'] },
    { ...FINGERPRINTED, frames: 0 },
    { ...FINGERPRINTED, variants: undefined },
    { ...FINGERPRINTED, variants: [{ ...FINGERPRINTED.variants[0], kind: 'other' }] },
    { ...FINGERPRINTED, variants: [{ ...FINGERPRINTED.variants[0], frame: 11 }] },
    { ...FINGERPRINTED, variants: [{ ...FINGERPRINTED.variants[0], frame: undefined }] },
    { ...FINGERPRINTED, variants: [{ ...FINGERPRINTED.variants[0], pdq: 'c7' }] },
    { ...FINGERPRINTED, variants: Array.from({ length: 23 }, () => FINGERPRINTED.variants[0]) },
    { id: 7, kind: 'unscanned', reason: 'because' },
    { id: 7, kind: 'clean' },
    RENDERED,
    null,
    [],
  ])('is refused as a fingerprint when it is %j', (header) => {
    expect(() => parseFingerprintAnswer({ header, body: NOTHING }, FINGERPRINT)).toThrow(TypeError);
  });

  it.each([
    { header: { ...RENDERED, width: 101 }, body: WEBP },
    { header: RENDERED, body: Buffer.from('<html>') },
    { header: FINGERPRINTED, body: WEBP },
  ])('is refused as a rendering when it is $header.kind of $header.width with such a body', (frame) => {
    expect(() => parseRenderAnswer(frame, RENDER)).toThrow(TypeError);
  });

  it('is never taken when it is arbitrary', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (header) => {
        expect(() => parseFingerprintAnswer({ header, body: NOTHING }, FINGERPRINT)).toThrow(TypeError);
      }),
    );
  });
});
