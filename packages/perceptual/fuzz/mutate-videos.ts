/**
 * Cuts a video of each container at every kilobyte, then mutates them without end, and has all of it hashed, to find what
 * gets through the walls around ffmpeg or brings the program down:
 * `node --conditions=breakwater-source packages/perceptual/fuzz/mutate-videos.ts [minutes] [seed]`. Prints how often each
 * outcome came, the most memory that this process and the decoder ever had, and keeps in a new temporary folder every
 * file whose decoder crashed or overran a limit.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNSCANNED_REASONS } from '../src/node/index.ts';
import { fingerprintVideo } from '../src/video/node/index.ts';
import { hostileVideos } from '../src/video/node/hostile-videos.ts';
import { SAMPLE_CONTAINERS, Studio } from '../src/video/node/sample-videos.ts';
import { Mutation } from './mutation.ts';

const minutes = Number(process.argv[2] ?? 10);
const folder = await mkdtemp(join(tmpdir(), 'hostile-videos-'));
const outcomes: Record<string, number> = {};
const WORTH_KEEPING = new Set([
  'decoder-crashed',
  'timeout',
  'out-of-memory',
  'decoder-stopped',
  'time-limit',
]);
const LIMITS = {
  milliseconds: 15_000,
  seconds: 600,
  frames: 20_000,
  hashes: 2000,
  memoryBytes: 512 * 1024 * 1024,
};

const studio = await Studio.open();
const seeds: Buffer[] = [];
for (const [name, options] of Object.entries(SAMPLE_CONTAINERS)) {
  await studio.make(name, options);
  seeds.push(await studio.read(name));
}

let cuts = 0;
for (const seed of seeds)
  for (let length = 0; length < seed.length; length += 1024) {
    await hash('cut', seed.subarray(0, length), cuts);
    cuts++;
  }

const mutation = new Mutation(
  [...seeds, ...hostileVideos(seeds[0] ?? Buffer.alloc(0)).values()],
  Number(process.argv[3] ?? 1),
);
const end = Date.now() + minutes * 60_000;
let mutants = 0;
while (Date.now() < end) {
  await hash('mutant', mutation.next(), mutants);
  mutants++;
  if (mutants % 500 === 0) process.stderr.write(`${mutants} ${JSON.stringify(outcomes)}\n`);
}
await studio.close();
const ownMebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${JSON.stringify({ minutes, cuts, mutants, ownMebibytes, folder, outcomes })}\n`);

async function hash(kind: string, file: Buffer, number: number): Promise<void> {
  const path = await studio.write('candidate', file);
  const outcome = await fingerprintVideo(path, { limits: LIMITS });
  const names = outcome.kind === 'unscanned' ? [outcome.reason] : ['hashed', ...outcome.warnings];
  if (outcome.kind === 'unscanned' && !UNSCANNED_REASONS.includes(outcome.reason))
    throw new Error(`an outcome that nobody knows: ${outcome.reason}`);
  for (const name of names) outcomes[name] = (outcomes[name] ?? 0) + 1;
  const kept = names.find((name) => WORTH_KEEPING.has(name));
  if (kept !== undefined) await writeFile(join(folder, `${kept}-${kind}-${number}`), file);
}
