/** The thread in which frames are hashed, beside the one that reads them. */
import { parentPort } from 'node:worker_threads';
import { pdqFromRgb, pdqToHex } from '../../index.ts';
import type { FrameToHash, HashedFrame } from './frame-hasher.ts';

parentPort?.on('message', ({ buffer, width, height }: FrameToHash) => {
  const { hash, quality } = pdqFromRgb({ data: new Uint8Array(buffer), width, height, channels: 3 });
  const answer: HashedFrame = { buffer, hash: pdqToHex(hash), quality };
  parentPort?.postMessage(answer, [buffer]);
});
