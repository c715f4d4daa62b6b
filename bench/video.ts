import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fingerprintVideo, type VideoMode } from '@breakwater/perceptual/video/node';
import type { Figure } from './figure.ts';

/**
 * From the file of a clip of 30 seconds in 1280 by 720 to its vPDQ, beside what the same ffmpeg, with as many
 * threads, takes to decode it and do nothing; by turns, the quickest of each: what it
 * takes when nothing else is in the way.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  try {
    const clip = join(folder, 'clip.mp4');
    await run('ffmpeg', [...CLIP, clip]);
    const { stdout } = await run('ffmpeg', ['-version']);
    const peer = `${/^ffmpeg version \d[\d.]*/.exec(stdout)?.[0] ?? 'ffmpeg'}, decoding alone`;
    for (const [figure, mode, rounds] of FIGURES) {
      const own: number[] = [];
      const alone: number[] = [];
      for (let round = 0; round < rounds; round++) {
        alone.push(await timed(() => decode(clip)));
        own.push(await timed(() => fingerprint(clip, mode)));
      }
      const value = Math.min(...own);
      const peerValue = Math.min(...alone);
      yield { bench: 'video', figure, value, unit: 'ms', peer, peerValue, ratio: peerValue / value };
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const run = promisify(execFile);
const THREADS = Math.min(2, availableParallelism());

const FIGURES: readonly (readonly [figure: string, mode: VideoMode, rounds: number])[] = [
  ['30 s of 720p to vPDQ, one frame a second', 'sampled', 7],
  ['30 s of 720p to vPDQ, key frames', 'key-frames', 3],
  ['30 s of 720p to vPDQ, every frame', 'every-frame', 1],
];

/** One of ffmpeg's own test pictures. */
const CLIP = [
  ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30:d=30'],
  ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '3M', '-pix_fmt', 'yuv420p'],
].flat();

async function decode(clip: string): Promise<void> {
  await run('ffmpeg', [
    '-v',
    'error',
    '-threads',
    `${THREADS}`,
    '-i',
    clip,
    '-map',
    '0:v:0',
    '-f',
    'null',
    '-',
  ]);
}

async function fingerprint(clip: string, mode: VideoMode): Promise<void> {
  const outcome = await fingerprintVideo(clip, { mode, limits: { threads: THREADS } });
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
}

async function timed(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}
