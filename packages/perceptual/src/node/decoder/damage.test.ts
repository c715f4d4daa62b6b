import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { blackPng, sampleFiles, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder } from './confined-decoder.ts';

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

const files = await sampleFiles();
const DAMAGED = [
  'truncated',
  'corrupt',
  'unrecognized-format',
  'zero-dimension',
  'too-many-pixels',
  'unsupported-format',
];

const reasonFor = async (bytes: Uint8Array): Promise<string> => {
  const outcome = await decoder.fingerprint(bytes);
  return outcome.kind === 'unscanned' ? outcome.reason : outcome.kind;
};

describe('a damaged picture is never taken for a sound one', () => {
  it.each(['baseline', 'progressive'])('%s JPEG cut off anywhere', async (kind) => {
    const whole = await sampleScene()
      .jpeg({ progressive: kind === 'progressive' })
      .toBuffer();
    for (let part = 1; part <= 60; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 61));
      expect({ part, reason: await reasonFor(cut) }).toEqual({ part, reason: 'truncated' });
    }
    expect(await reasonFor(whole.subarray(0, whole.length - 2))).toBe('truncated');
  });

  it.each([...files.keys()])('%s cut off anywhere', async (format) => {
    const whole = files.get(format)!;
    for (let part = 1; part <= 20; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 21));
      const reason = await reasonFor(cut);
      expect({ part, reason }).toEqual({ part, reason: expect.stringMatching(/^(truncated|corrupt)$/) });
    }
  });

  it('a JPEG cut off and closed with an end marker', async () => {
    const whole = await sampleScene().jpeg().toBuffer();
    const patched = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.from([0xff, 0xd9])]);
    expect(await reasonFor(patched)).toBe('corrupt');
  });

  it.each(['png', 'webp', 'gif', 'avif', 'tiff'])(
    '%s with a stretch in the middle overwritten',
    async (format) => {
      const broken = Buffer.from(files.get(format)!);
      const middle = Math.floor(broken.length / 2);
      broken.fill(0xff, middle, middle + 64);
      expect(DAMAGED).toContain(await reasonFor(broken));
    },
  );

  it('a PNG that claims more rows than it has', async () => {
    expect(DAMAGED).toContain(await reasonFor(blackPng({ width: 2000, height: 2000, rows: 10 })));
  });

  it('a PNG of zero width or height', async () => {
    expect(await reasonFor(blackPng({ width: 0, height: 10 }))).toBe('zero-dimension');
    expect(await reasonFor(blackPng({ width: 10, height: 0 }))).toBe('zero-dimension');
  });

  it('a JPEG of zero height', async () => {
    const flat = Buffer.from(files.get('jpeg')!);
    flat.writeUInt16BE(0, flat.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    expect(await reasonFor(flat)).toBe('zero-dimension');
  });

  it('bytes of one format behind the signature of another', async () => {
    const disguised = Buffer.concat([files.get('png')!.subarray(0, 8), files.get('jpeg')!]);
    expect(DAMAGED).toContain(await reasonFor(disguised));
  });
});

describe('hostile bytes', () => {
  it('do not bring the decoder down, behind any signature', async () => {
    const { childPid } = await decoder.probe();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.values()),
        fc.integer({ min: 2, max: 64 }),
        fc.uint8Array({ maxLength: 300 }),
        async (file, kept, noise) => {
          expect(DAMAGED).toContain(await reasonFor(Buffer.concat([file.subarray(0, kept), noise])));
        },
      ),
      { numRuns: 150 },
    );
    expect(decoder.status().childPid).toBe(childPid);
  });

  it('do not bring the decoder down, inside real pictures', async () => {
    const { childPid } = await decoder.probe();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.values()),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
          maxLength: 8,
        }),
        async (file, changes) => {
          const changed = Buffer.from(file);
          for (const [place, byte] of changes) changed[Math.floor(place * (file.length - 1))] = byte;
          expect(['fingerprinted', ...DAMAGED]).toContain(await reasonFor(changed));
        },
      ),
      { numRuns: 100 },
    );
    expect(decoder.status().childPid).toBe(childPid);
  });
});
