import type { VpdqFrame } from '../vpdq.ts';
import type { VideoFormat } from './identify-video.ts';

/** What was done to the video, or left undone, or is odd about it. */
export const VIDEO_WARNINGS = [
  /** The video breaks off before the end that it declares. */
  'broken-tail',
  /** The decoder found damage: frames may be missing or spoiled. Not all formats tell if they are cut short. */
  'damaged',
  /** Plays for less time than it declares, with nothing else amiss. */
  'shorter-than-declared',
  /** Longer than the limit: the rest was not looked at. */
  'duration-limit',
  /** More frames than the limit: the rest was not looked at. */
  'frame-limit',
  /** Took longer than the limit: the rest was not looked at. */
  'time-limit',
  /** The decoder died on the way, or ran out of memory: the rest was not looked at. */
  'decoder-stopped',
  /** There are more video streams than the one that was hashed. */
  'further-streams-unhashed',
  /** The video asks to be turned or mirrored for display; the hashes are of the frames as stored. */
  'rotation-ignored',
  /** It declares no frame rate, or one beyond belief: 25 a second were assumed. */
  'frame-rate-implausible',
  /** Only frames that stand by themselves were looked at, as asked; the rest was not. */
  'key-frames-only',
] as const;

export type VideoWarning = (typeof VIDEO_WARNINGS)[number];

export interface VideoFingerprinted {
  readonly kind: 'video-fingerprinted';
  readonly vpdq: readonly VpdqFrame[];
  /** Frames that were decoded. */
  readonly frames: number;
  /** Playing time up to the end of the last frame that was decoded. */
  readonly seconds: number;
  /** Playing time that the file declares, if it does. */
  readonly declaredSeconds: number | undefined;
  /** Not all of the video was looked at, and `seconds` is how far it got. Never take "no match" for "clean" then. */
  readonly truncated: boolean;
  /** Pixels, as stored. */
  readonly width: number;
  /** Pixels, as stored. */
  readonly height: number;
  /** Frames per second on average, as the container tells; 0 if it does not. */
  readonly fps: number;
  readonly decodedAs: VideoFormat;
  /** As ffmpeg calls it, such as `h264`. */
  readonly codec: string;
  readonly warnings: readonly VideoWarning[];
}
