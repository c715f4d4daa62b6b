/**
 * vPDQ of a clip of 30 seconds in 1280 by 720, against what ffmpeg alone takes to decode it: the same ffmpeg, as many
 * threads, in turns within the same run. Prints the medians and their ratio; `--json` for machines.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fingerprintVideo, type VideoMode } from '../packages/perceptual/src/video/node/index.ts';

const ROUNDS = 5;
const THREADS = Math.min(2, availableParallelism());
const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
try {
  const clip = join(folder, 'clip.mp4');
  await run('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30:d=30', '-c:v', 'libx264'],
    ...['-preset', 'veryfast', '-b:v', '3M', '-pix_fmt', 'yuv420p', clip],
  ]);
  const tasks = {
    'decode alone': () =>
      run('ffmpeg', [
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
      ]),
    'vPDQ, one frame a second': () => hash(clip, 'sampled'),
    'vPDQ, key frames': () => hash(clip, 'key-frames'),
    'vPDQ, every frame': () => hash(clip, 'every-frame'),
  };
  const times = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      if (name === 'vPDQ, every frame' && round > 0) continue;
      const start = performance.now();
      await task();
      times.get(name)!.push(performance.now() - start);
    }
  }
  const decode = medianOf(times.get('decode alone')!);
  const rows = [...times].map(([name, list]) => ({
    name,
    milliseconds: Math.round(medianOf(list)),
    fastest: Math.round(Math.min(...list)),
    ratio: Number((medianOf(list) / decode).toFixed(3)),
  }));
  const conditions = { threads: THREADS, rounds: ROUNDS, load: loadavg()[0]!.toFixed(1) };
  if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'video', ...conditions, rows }));
  else {
    console.table(rows);
    console.log(conditions);
  }
} finally {
  await rm(folder, { recursive: true });
}

async function hash(file: string, mode: VideoMode): Promise<void> {
  const outcome = await fingerprintVideo(file, { mode, limits: { threads: THREADS } });
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
}

function medianOf(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
