import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { pdqDihedral512, pdqFamilies, pdqFromHex, pdqFromRgb, pdqToHex } from '../index.ts';
import { digests } from './digests.ts';
import { createConfinedDecoder } from './decoder/confined-decoder.ts';

const FOLDER = fileURLToPath(new URL('../../../../../shared/data/pdq/', import.meta.url));
const present = existsSync(FOLDER);
const note = present ? '' : ' (skipped: ../shared/data/pdq is not there)';

/** What two decoders of JPEG may make of the same file, in bits. */
const JPEG_TOLERANCE = 2;
const FIT_TO_COMPARE = 50;

const decoder = createConfinedDecoder();
afterAll(() => decoder.close());

it.skipIf(!present)(`hashes the reference pictures as the reference does${note}`, async () => {
  const rows = expectedRows();
  expect(rows.length).toBeGreaterThan(10);
  for (const { file, sha256, hash, quality, hash512, quality512, dihedral } of rows) {
    const bytes = readFileSync(FOLDER + file);
    expect(digests(bytes).sha256).toBe(sha256);
    const outcome = await decoder.fingerprint(bytes);
    expect(outcome).toMatchObject({ kind: 'fingerprinted' });
    if (outcome.kind !== 'fingerprinted') continue;

    const { data, info } = await sharp(bytes, { ignoreIcc: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const direct = pdqFromRgb({ data, width: info.width, height: info.height, channels: 3 });
    expect({ file, pdq: outcome.pdq, quality: outcome.quality }).toEqual({
      file,
      pdq: pdqToHex(direct.hash),
      quality: direct.quality,
    });

    if (quality < FIT_TO_COMPARE) continue;
    const pixels = { data, width: info.width, height: info.height, channels: 3 } as const;
    const exact = file.endsWith('.jpg') ? JPEG_TOLERANCE : 0;
    const { nearest512: small } = pdqFamilies(pixels);
    expect(small.quality).toBe(quality512);
    expect(bitsBetween(pdqToHex(small.hash), hash512)).toBeLessThanOrEqual(exact);
    pdqDihedral512(pixels).forEach((turned, way) => {
      expect({ file, way, bits: bitsBetween(pdqToHex(turned), dihedral[way]!) }).toEqual({
        file,
        way,
        bits: expect.toSatisfy((bits: number) => bits <= exact, `at most ${exact} bits`),
      });
    });
    expect({ file, quality: outcome.quality }).toEqual({ file, quality });
    expect(bitsBetween(outcome.pdq, hash)).toBeLessThanOrEqual(file.endsWith('.jpg') ? JPEG_TOLERANCE : 0);
  }
});

function expectedRows() {
  const lines = readFileSync(`${FOLDER}expected.tsv`, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => {
    const [file = '', sha256, , , hash512 = '', quality512, hash = '', quality, turned = ''] =
      line.split('\t');
    const dihedral = turned.split(',');
    return {
      file,
      sha256,
      hash512,
      quality512: Number(quality512),
      hash,
      quality: Number(quality),
      dihedral,
    };
  });
}

function bitsBetween(left: string, right: string): number {
  const other = pdqFromHex(right);
  return pdqFromHex(left).reduce((sum, byte, i) => sum + ones(byte ^ other[i]!), 0);
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
