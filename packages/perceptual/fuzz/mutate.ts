/**
 * Mutates sound and hostile pictures without end and has them hashed, to find what brings the decoder down:
 * `node --conditions=breakwater-source packages/perceptual/fuzz/mutate.ts [minutes] [seed]`. Prints how often each outcome
 * came, and keeps every file that crashed the decoder or ran into its limits in a new temporary folder.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfinedDecoder } from '../src/node/index.ts';
import { hostilePictures } from '../src/node/hostile-pictures.ts';
import { animatedPng } from '../src/node/sample-animations.ts';
import { bmp } from '../src/node/sample-bmp.ts';
import { canEncodeHevc, heic } from '../src/node/sample-heic.ts';
import { otherScene, SAMPLE_SIZE, sampleFiles, sampleScene } from '../src/node/sample-pictures.ts';

const minutes = Number(process.argv[2] ?? 10);
let state = Number(process.argv[3] ?? 1);

const seeds = await seedFiles();
const decoder = createConfinedDecoder({ limits: { milliseconds: 10_000 } });
const outcomes = new Map<string, number>();
const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
const WORTH_KEEPING = new Set(['decoder-crashed', 'timeout', 'out-of-memory']);

const EXTREMES = [
  '00',
  'ff',
  '0000',
  'ffff',
  '7fff',
  '00000000',
  'ffffffff',
  '7fffffff',
  '80000000',
  '00000001',
].map((hex) => Buffer.from(hex, 'hex'));

const end = Date.now() + minutes * 60_000;
for (let round = 0; Date.now() < end; round++) {
  const file = mutated(pick(seeds));
  const outcome = await decoder.fingerprint(file);
  const name = outcome.kind === 'unscanned' ? outcome.reason : outcome.kind;
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  if (WORTH_KEEPING.has(name)) await writeFile(join(folder, `${name}-${round}`), file);
}
await decoder.close();
process.stdout.write(`${JSON.stringify({ minutes, folder, ...Object.fromEntries(outcomes) })}\n`);

async function seedFiles(): Promise<Buffer[]> {
  const size = { width: 64, height: 48 };
  const small = () => sampleScene().resize(size);
  const raw = await sampleScene().raw().toBuffer();
  return [
    ...(await sampleFiles()).values(),
    ...(await hostilePictures()).values(),
    await small().jpeg({ progressive: true }).toBuffer(),
    await small().toColourspace('cmyk').jpeg().toBuffer(),
    await small().png({ palette: true }).toBuffer(),
    await small().toColourspace('rgb16').png().toBuffer(),
    await small().ensureAlpha(0.5).webp().toBuffer(),
    await small().tiff({ compression: 'deflate', tile: true }).toBuffer(),
    await animatedPng(size, [
      { picture: small() },
      { picture: otherScene().resize(20, 20), x: 5, disposal: 'restore' },
    ]),
    bmp({ width: 64, height: 48, bits: 24, data: await small().raw().toBuffer() }),
    bmp({
      width: 9,
      height: 2,
      bits: 4,
      compression: 2,
      palette: [0, 0, 0, 9, 9, 9],
      data: Buffer.from([9, 1, 0, 0, 9, 16, 0, 1]),
    }),
    ...((await canEncodeHevc()) ? [await heic(raw, SAMPLE_SIZE.width, SAMPLE_SIZE.height)] : []),
  ].filter(({ length }) => length < 500_000);
}

/** A few changes of the kinds that break parsers: bits, extreme numbers, stretches left out, doubled or taken from elsewhere. */
function mutated(seed: Buffer): Buffer {
  let file = Buffer.from(seed);
  for (let left = 1 + below(6); left > 0 && file.length > 16; left--) {
    const at = below(2) === 0 ? below(Math.min(file.length, 400)) : below(file.length);
    const length = Math.min(1 + below(2 ** below(12)), file.length - at);
    const change = below(7);
    if (change === 0) file.writeUInt8(file.readUInt8(at) ^ (1 << below(8)), at);
    else if (change === 1) file[at] = below(256);
    else if (change === 2) file.set(pick(EXTREMES).subarray(0, file.length - at), at);
    else if (change === 3) file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
    else if (change === 4) file = Buffer.concat([file.subarray(0, at + length), file.subarray(at)]);
    else if (change === 5) file = file.subarray(0, Math.max(16, at));
    else file.set(pick(seeds).subarray(0, length), at);
  }
  return file;
}

function pick<Item>(items: readonly Item[]): Item {
  const [item] = items.slice(below(items.length));
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}

/** A linear congruential generator: the same seed gives the same files. */
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
