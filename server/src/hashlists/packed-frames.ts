import { createHash } from 'node:crypto';
import type { NumberlessVpdqFrame } from '@breakwater/perceptual/video';

/** Of a frame: its hash, its quality, and when it is shown in milliseconds, big-endian. */
const HASH_BYTES = 32;
const FRAME_BYTES = HASH_BYTES + 1 + 4;
const LATEST_MS = 0xffff_ffff;

/** The frames of a video as an entry of a list holds them, and the digest that it goes by. */
export function packedEntry(frames: readonly NumberlessVpdqFrame[]): { value: Buffer; content: Buffer } {
  const content = Buffer.alloc(frames.length * FRAME_BYTES);
  frames.forEach(({ hash, quality, seconds }, index) => {
    const at = index * FRAME_BYTES;
    content.write(hash, at, 'hex');
    content.writeUInt8(quality, at + HASH_BYTES);
    content.writeUInt32BE(Math.min(LATEST_MS, Math.round(seconds * 1000)), at + HASH_BYTES + 1);
  });
  return { value: createHash('sha256').update(content).digest(), content };
}

/** The frames that `packedEntry` has packed. */
export function unpackFrames(content: Buffer): NumberlessVpdqFrame[] {
  return Array.from({ length: content.length / FRAME_BYTES }, (_, index) => {
    const at = index * FRAME_BYTES;
    return {
      hash: content.toString('hex', at, at + HASH_BYTES),
      quality: content.readUInt8(at + HASH_BYTES),
      seconds: content.readUInt32BE(at + HASH_BYTES + 1) / 1000,
    };
  });
}
