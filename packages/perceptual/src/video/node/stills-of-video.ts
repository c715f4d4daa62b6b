import type { Unscanned } from '../../node/index.ts';
import { decodeFrames } from './decode-frames.ts';
import type { FingerprintVideoOptions } from './fingerprint-video.ts';
import { openVideo, type OpenedVideo } from './open-video.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoLimits } from './video-limits.ts';

/** A frame for people to look at: turned as for display, made to fit, black around it. */
export interface Still {
  /** About when it is shown; a container without an index cannot be entered at any point. */
  readonly seconds: number;
  /** Rows of 8-bit RGB, top first. */
  readonly rgb: Uint8Array;
}

export interface Stills {
  readonly kind: 'stills';
  /** At least one, in the order of their times; times at which there is nothing are left out. */
  readonly stills: readonly Still[];
  /** Pixels, of each. */
  readonly width: number;
  /** Pixels, of each. */
  readonly height: number;
}

/**
 * The frames at these times, each no longer on a side than `side` pixels, decoded behind the same walls as by
 * `fingerprintVideo`. Resolves to `Unscanned` if there is none that can be decoded; rejects with the system's error if the
 * file cannot be read.
 */
export async function stillsOfVideo(
  file: string,
  request: { readonly seconds: readonly number[]; readonly side: number },
  {
    limits: someLimits,
    confinement = 'automatic',
  }: Pick<FingerprintVideoOptions, 'limits' | 'confinement'> = {},
): Promise<Stills | Unscanned> {
  const limits: VideoLimits = { ...DEFAULT_VIDEO_LIMITS, ...someLimits };
  const deadline = performance.now() + limits.milliseconds;
  const video = await openVideo(file, confinement, limits);
  if (typeof video === 'string') return { kind: 'unscanned', reason: video };
  const size = sizeWithin(video, request.side);
  const stills: Still[] = [];
  for (const seconds of request.seconds) {
    if (performance.now() > deadline) break;
    const rgb = await frameAt(video, limits, seconds, size, deadline);
    if (rgb !== undefined) stills.push({ seconds, rgb });
  }
  if (stills.length > 0) return { kind: 'stills', stills, ...size };
  return { kind: 'unscanned', reason: performance.now() > deadline ? 'timeout' : 'corrupt' };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is turned may stand upright or lie: a square holds both. */
function sizeWithin({ facts: { width, height, isRotated } }: OpenedVideo, side: number): Size {
  const scale = side / Math.max(width, height);
  if (isRotated) return { width: side, height: side };
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function frameAt(
  video: OpenedVideo,
  limits: VideoLimits,
  seconds: number,
  { width, height }: Size,
  deadline: number,
): Promise<Uint8Array | undefined> {
  const frameBytes = width * height * 3;
  let rgb: Uint8Array | undefined;
  const filters = [
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=area`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    'format=rgb24',
  ];
  await decodeFrames(
    video,
    limits,
    () => ({
      options: {
        input: seconds > 0 ? ['-ss', seconds.toFixed(3)] : [],
        output: ['-frames:v', '1'],
      },
      filters: filters.join(','),
      frameBytes,
      buffer: () => new ArrayBuffer(frameBytes),
      take(buffer) {
        rgb ??= new Uint8Array(buffer);
      },
      log: () => undefined,
    }),
    { deadline },
  );
  return rgb;
}
