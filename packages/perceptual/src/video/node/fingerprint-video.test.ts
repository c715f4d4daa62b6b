import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareTmk, compareVpdq } from '../index.ts';
import { fingerprintVideo, type FingerprintVideoOptions } from './fingerprint-video.ts';
import { ffmpegNote, hasFfmpeg, SAMPLE_VIDEO, Studio } from './sample-videos.ts';
import { tmkOfVideo } from './tmk-of-video.ts';
import { probeVideoDecoder } from './video-confinement.ts';
import type { VideoFingerprinted } from './video-outcome.ts';

let studio: Studio;
let sample: string;
let expected: VideoFingerprinted;

async function fingerprint(file: string, options?: FingerprintVideoOptions): Promise<VideoFingerprinted> {
  const outcome = await fingerprintVideo(file, options);
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
  return outcome;
}

async function tmk(file: string) {
  const outcome = await tmkOfVideo(file);
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
  return outcome.tmk;
}

const timesOf = ({ vpdq }: VideoFingerprinted) => vpdq.map(({ frame, seconds }) => [frame, seconds]);

describe.skipIf(!hasFfmpeg)(`a video that is decoded by ffmpeg${ffmpegNote}`, () => {
  beforeAll(async () => {
    studio = await Studio.open();
    sample = await studio.make('sample.mp4', SAMPLE_VIDEO);
    expected = await fingerprint(sample);
  });
  afterAll(async () => {
    await studio.close();
  });

  it('is given up when it is told so, before it begins or in the middle', async () => {
    const long = await studio.make('long.mp4', `-stream_loop 300 -i ${sample} -c copy`);
    const early = AbortSignal.abort(new Error('placeholder'));
    await expect(fingerprintVideo(long, { signal: early })).rejects.toThrow('placeholder');
    const late = new AbortController();
    const hashing = fingerprintVideo(long, { mode: 'every-frame', signal: late.signal });
    setTimeout(() => late.abort(new Error('placeholder')), 300);
    await expect(hashing).rejects.toThrow('placeholder');
    expect(timesOf(await fingerprint(sample, { signal: new AbortController().signal }))).toEqual(
      timesOf(expected),
    );
  });

  it('is hashed once a second', () => {
    const { vpdq, ...rest } = expected;
    expect(rest).toEqual({
      kind: 'video-fingerprinted',
      frames: 40,
      seconds: 4,
      declaredSeconds: 4,
      truncated: false,
      width: 320,
      height: 240,
      fps: 10,
      decodedAs: 'mp4',
      codec: 'h264',
      warnings: [],
    });
    expect(timesOf(expected)).toEqual([
      [0, 0],
      [10, 1],
      [20, 2],
      [30, 3],
    ]);
    for (const { hash, quality } of vpdq) expect([hash.length, quality]).toEqual([64, 100]);
  });

  it('is hashed to the same bits behind any walls', async () => {
    const { confinement } = await probeVideoDecoder();
    for (const choice of ['process', confinement] as const)
      expect(await fingerprint(sample, { confinement: choice! })).toEqual(expected);
  });

  it('is hashed to the same bits by an ffmpeg of a version whose options are not known', async () => {
    const path = process.env['PATH']!;
    const real = path.split(delimiter).map((folder) => join(folder, 'ffmpeg'));
    const newer = await studio.write(
      'ffmpeg',
      `#!/bin/sh\nfor last; do :; done\n` +
        `[ "$last" = -version ] && exec echo ffmpeg version 17.1\n` +
        `exec ${real.find((file) => existsSync(file))} "$@"\n`,
    );
    await chmod(newer, 0o755);
    process.env['PATH'] = `${studio.folder}${delimiter}${path}`;
    try {
      expect(await probeVideoDecoder('process')).toMatchObject({ takesFilterScript: false });
      expect(await fingerprint(sample, { confinement: 'process' })).toEqual(expected);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('is hashed more densely if asked', async () => {
    const halves = await fingerprint(sample, { secondsPerHash: 0.5 });
    expect(halves.vpdq.map(({ frame }) => frame)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
    const all = await fingerprint(sample, { mode: 'every-frame' });
    expect(all.vpdq.map(({ frame }) => frame)).toEqual([...Array(40).keys()]);
    expect(all.vpdq.filter(({ frame }) => frame % 10 === 0)).toEqual(expected.vpdq);
  });

  it('gives a first answer from its key frames', async () => {
    const quick = await fingerprint(sample, { mode: 'key-frames' });
    expect(quick).toMatchObject({ frames: 4, warnings: ['key-frames-only'] });
    expect(quick.vpdq).toEqual(expected.vpdq);
  });

  it.each([
    ['matroska', 'copy.mkv', '-c copy'],
    ['mov', 'copy.mov', '-c copy'],
    ['mpeg-ts', 'copy.ts', '-c copy'],
    ['webm', 'sample.webm', '-c:v libvpx -b:v 2M -deadline realtime -cpu-used 8'],
    ['avi', 'sample.avi', '-c:v mpeg4 -q:v 3'],
    ['mpeg-ps', 'sample.mpg', '-c:v mpeg2video -q:v 3 -r 25'],
    ['mpeg-es', 'sample.m2v', '-c:v mpeg2video -q:v 3 -r 25 -f mpeg2video'],
    ['3gp', 'sample.3gp', '-c:v h263 -q:v 3 -s 352x288'],
  ])('is recognized in %s, too', async (format, name, options) => {
    const copy = await fingerprint(await studio.make(name, `-i ${sample} ${options}`));
    expect(copy).toMatchObject({ decodedAs: format, truncated: false });
    expect(copy.vpdq).toHaveLength(4);
    expect(compareVpdq(copy.vpdq, expected.vpdq)).toMatchObject({ queryPercent: 100, comparedPercent: 100 });
  });

  it('is told from another', async () => {
    const other = await fingerprint(
      await studio.make('other.mp4', '-f lavfi -i mandelbrot=s=320x240:r=10 -t 3 -pix_fmt yuv420p'),
    );
    expect(compareVpdq(other.vpdq, expected.vpdq)).toMatchObject({ matches: false, queryPercent: 0 });
  });

  it('is hashed as stored when it asks to be turned', async () => {
    const turned = await studio.make('turned.mp4', `-i ${sample} -c copy -metadata:s:v rotate=90`);
    expect(await fingerprint(turned)).toEqual({ ...expected, warnings: ['rotation-ignored'] });
  });

  it('has the true times of frames that come unevenly, and no holes', async () => {
    const uneven = await studio.make(
      'uneven.mkv',
      `-i ${sample} -vf select='not(between(t,0.45,2.85))' -vsync vfr -c:v libx264 -preset ultrafast`,
    );
    const { vpdq, frames } = await fingerprint(uneven);
    expect(frames).toBe(16);
    for (const { frame, seconds } of vpdq) expect(seconds).toBe(frame < 5 ? frame / 10 : (frame + 24) / 10);
    expect(vpdq.map(({ seconds }) => seconds)).toContain(2.9);
  });

  it('keeps its count of frames when their size changes on the way', async () => {
    await studio.make('large.ts', SAMPLE_VIDEO.replace('320x240', '640x480'));
    const parts = [await studio.read('copy.ts'), await studio.read('large.ts')];
    const joined = await fingerprint(await studio.write('joined.ts', Buffer.concat(parts)));
    expect(joined).toMatchObject({ frames: 80, width: 320, height: 240 });
    expect(joined.vpdq.map(({ frame }) => frame)).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
  });

  it('says that further video streams were not hashed', async () => {
    const two = await studio.make('two.mkv', `-i ${sample} -i %/other.mp4 -map 0 -map 1 -c copy`);
    const outcome = await fingerprint(two);
    expect(outcome.warnings).toContain('further-streams-unhashed');
    expect(outcome.vpdq).toEqual(expected.vpdq);
  });

  it.each(['copy.mkv', 'streamable.mp4', 'sample.webm'])(
    'is hashed up to the break of its tail: %s',
    async (name) => {
      await studio.make('streamable.mp4', `-i ${sample} -c copy -movflags +faststart`);
      const whole = await studio.read(name);
      const part = await studio.write(`part-of-${name}`, whole.subarray(0, whole.length * 0.6));
      const broken = await fingerprint(part);
      expect(broken.truncated).toBe(true);
      expect(broken.warnings).toContain('broken-tail');
      expect(broken.seconds).toBeGreaterThan(1);
      expect(broken.seconds).toBeLessThan(3.5);
      expect(compareVpdq(broken.vpdq, expected.vpdq).matches).toBe(true);
    },
  );

  it('has a TMK+PDQF hash, by which a copy is found and another video is not', async () => {
    const copy = await studio.make('small.mp4', `-i ${sample} -s 240x180 -b:v 200k`);
    const original = await tmk(sample);
    const { matches, level1, level2 } = compareTmk(original, await tmk(copy));
    expect(matches).toBe(true);
    expect(Math.min(level1, level2!)).toBeGreaterThan(0.9);
    expect(compareTmk(original, original).level2).toBeCloseTo(1, 5);
    expect(compareTmk(original, await tmk(studio.path('other.mp4'))).matches).toBe(false);
  });
});

it('rejects a negative distance between hashes, and a file that is not there', async () => {
  await expect(fingerprintVideo('/nonexistent', { secondsPerHash: -1 })).rejects.toThrow(RangeError);
  await expect(fingerprintVideo('/nonexistent')).rejects.toMatchObject({ code: 'ENOENT' });
});
