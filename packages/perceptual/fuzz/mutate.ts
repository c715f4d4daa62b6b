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
import { Mutation } from './mutation.ts';

const minutes = Number(process.argv[2] ?? 10);
const mutation = new Mutation(await seedFiles(), Number(process.argv[3] ?? 1));
const decoder = createConfinedDecoder({ limits: { milliseconds: 10_000 } });
const outcomes = new Map<string, number>();
const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
const WORTH_KEEPING = new Set(['decoder-crashed', 'timeout', 'out-of-memory']);

const end = Date.now() + minutes * 60_000;
for (let round = 0; Date.now() < end; round++) {
  const file = mutation.next();
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
