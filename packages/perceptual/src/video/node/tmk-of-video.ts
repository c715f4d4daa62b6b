import type { Unscanned } from '../../node/index.ts';
import { TMK_FRAME_SIDE, TMK_FRAMES_PER_SECOND, type TmkHash } from '../tmk.ts';
import { TmkBuilder } from '../tmk-builder.ts';
import { decodeFrames } from './decode-frames.ts';
import type { FingerprintVideoOptions } from './fingerprint-video.ts';
import { openVideo } from './open-video.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoLimits } from './video-limits.ts';

export interface TmkHashed {
  readonly kind: 'tmk-hashed';
  readonly tmk: TmkHash;
  /** A limit stopped it, or the decoder died: the hash is of a part. */
  readonly truncated: boolean;
}

/**
 * TMK+PDQF of a video file, decoded as by `fingerprintVideo`: 15 frames a second of 64 by 64 pixels, turned for
 * display, as in the reference. Resolves and rejects as `fingerprintVideo` does.
 */
export async function tmkOfVideo(
  file: string,
  {
    limits: someLimits,
    confinement = 'automatic',
  }: Pick<FingerprintVideoOptions, 'limits' | 'confinement'> = {},
): Promise<TmkHashed | Unscanned> {
  const limits: VideoLimits = { ...DEFAULT_VIDEO_LIMITS, ...someLimits };
  const deadline = performance.now() + limits.milliseconds;
  const video = await openVideo(file, confinement, limits);
  if (typeof video === 'string') return { kind: 'unscanned', reason: video };

  const builder = new TmkBuilder();
  const buffer = new ArrayBuffer(TMK_FRAME_SIDE * TMK_FRAME_SIDE * 3);
  let frames = 0;
  const decoded = await decodeFrames(
    video,
    limits,
    (stopper) => ({
      options: {
        input: [],
        output: [
          ['-s', `${TMK_FRAME_SIDE}x${TMK_FRAME_SIDE}`],
          ['-pix_fmt', 'rgb24'],
          ['-r', String(TMK_FRAMES_PER_SECOND)],
        ].flat(),
      },
      filters: 'null',
      frameBytes: buffer.byteLength,
      buffer: () => buffer,
      take(pixels) {
        if (frames >= limits.frames) stopper.stop('frame-limit');
        else if (frames >= limits.seconds * TMK_FRAMES_PER_SECOND) stopper.stop('duration-limit');
        else builder.push(new Uint8Array(pixels));
        frames++;
      },
      log: () => undefined,
    }),
    { deadline },
  );
  if (!decoded) return { kind: 'unscanned', reason: 'decoder-unavailable' };
  const truncated = decoded.stopped !== undefined || decoded.code !== 0;
  if (frames === 0)
    return { kind: 'unscanned', reason: decoded.stopped === 'time-limit' ? 'timeout' : 'corrupt' };
  return { kind: 'tmk-hashed', tmk: builder.finish(), truncated };
}
