import { createConfinedDecoder, type ConfinedDecoder } from '@breakwater/perceptual/node';
import sharp from 'sharp';
import type { Figure } from './figure.ts';
import { quickest, syntheticPicture } from './pdq-timing.ts';

/** From the bytes of a JPEG to both hashes, through the confined decoder, beside decoding alone on one thread of libvips. */
export async function* figures(): AsyncGenerator<Figure> {
  sharp.concurrency(1);
  const one = createConfinedDecoder();
  const two = createConfinedDecoder({ children: 2 });
  try {
    yield* besideDecodingAlone('12-megapixel JPEG to both hashes', await jpeg(4000, 3000), one);
    const small = await jpeg(1600, 1004);
    yield* besideDecodingAlone('1600 x 1004 JPEG to both hashes', small, one);
    yield await throughput(small, two);
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
}

async function* besideDecodingAlone(
  name: string,
  file: Buffer,
  decoder: ConfinedDecoder,
): AsyncGenerator<Figure> {
  const value = await quickest(15, () => fingerprint(decoder, file));
  const peerValue = await quickest(15, () => sharp(file, { failOn: 'warning' }).raw().toBuffer());
  const peer = `libvips ${sharp.versions.vips}, decoding alone`;
  yield { bench: 'decode', figure: name, value, unit: 'ms', peer, peerValue, ratio: peerValue / value };
}

const PICTURES = 240;
/** As many as are asked for at once: enough to keep both children busy. */
const IN_HAND = 8;

async function throughput(file: Buffer, decoder: ConfinedDecoder): Promise<Figure> {
  await Promise.all(Array.from({ length: IN_HAND }, () => fingerprint(decoder, file)));
  let left = PICTURES;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: IN_HAND }, async () => {
      while (left-- > 0) await fingerprint(decoder, file);
    }),
  );
  const value = (1000 * PICTURES) / (performance.now() - start);
  const figure = '1600 x 1004 JPEG to both hashes, two children';
  return { bench: 'decode', figure, value, unit: 'pictures/s', peer: null, peerValue: null, ratio: null };
}

async function fingerprint(decoder: ConfinedDecoder, file: Buffer): Promise<void> {
  const outcome = await decoder.fingerprint(file);
  if (outcome.kind === 'unscanned') throw new Error(`unscanned: ${outcome.reason}`);
}

/** With as much grain as makes a file of the size that telephones make: some three bits a pixel. */
async function jpeg(width: number, height: number): Promise<Buffer> {
  const raw = { width, height, channels: 3 } as const;
  return await sharp(syntheticPicture(width, height, 3), { raw })
    .blur(1.5)
    .jpeg({ quality: 85 })
    .toBuffer();
}
