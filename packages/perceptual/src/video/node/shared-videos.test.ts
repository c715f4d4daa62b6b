import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pdqFromHex } from '../../index.ts';
import { compareVpdq, vpdqFromText } from '../index.ts';
import { fingerprintVideo } from './fingerprint-video.ts';
import { hasFfmpeg } from './sample-videos.ts';

const FOLDER = fileURLToPath(new URL('../../../../../../shared/data/video/', import.meta.url));
const present = existsSync(FOLDER);
const note = hasFfmpeg
  ? present
    ? ''
    : ' (skipped: ../shared/data/video is not there)'
  : ' (skipped: ffmpeg is not installed)';

const names = present
  ? readdirSync(FOLDER).flatMap((file) => (file.endsWith('.mp4') ? [file.slice(0, -4)] : []))
  : ['a video'];

/** Bits by which versions of ffmpeg differ; those who published the hashes demand less than 31. */
const TOLERANCE = 30;

it.skipIf(!present || !hasFfmpeg).each(names)(
  `hashes every frame of %s as published${note}`,
  async (name) => {
    const published = vpdqFromText(readFileSync(`${FOLDER}${name}.vpdq.txt`, 'utf8'));
    const outcome = await fingerprintVideo(`${FOLDER}${name}.mp4`, { mode: 'every-frame' });
    expect(outcome).toMatchObject({
      kind: 'video-fingerprinted',
      frames: published.length,
      truncated: false,
      warnings: [],
    });
    if (outcome.kind !== 'video-fingerprinted') return;
    expect(outcome.vpdq.map(({ frame, seconds }) => `${frame} ${seconds.toFixed(3)}`)).toEqual(
      published.map(({ frame, seconds }) => `${frame} ${seconds.toFixed(3)}`),
    );
    const distances = published.map(({ hash, quality }, i) =>
      quality < 50 ? 0 : distance(hash, outcome.vpdq[i]!.hash),
    );
    expect(Math.max(...distances)).toBeLessThanOrEqual(TOLERANCE);
    expect(compareVpdq(outcome.vpdq, published)).toMatchObject({ queryPercent: 100, comparedPercent: 100 });
  },
);

function distance(a: string, b: string): number {
  const other = pdqFromHex(b);
  return pdqFromHex(a).reduce((sum, byte, i) => sum + ones(byte ^ other[i]!), 0);
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
