import { frameInterval } from '../vpdq.ts';

/** How thoroughly a video is looked at. */
export const VIDEO_MODES = [
  /** Frames that stand by themselves, without decoding those between; for a first answer. */
  'key-frames',
  /** Every how many-th frame, as vPDQ is published. */
  'sampled',
  'every-frame',
] as const;

export type VideoMode = (typeof VIDEO_MODES)[number];

/**
 * Which frames are kept: every `interval`-th, and any that comes more than `gap` after the last one kept.
 * The same rule is given to ffmpeg, so that it converts only those, and followed here, so that each is known.
 */
export interface FrameSelection {
  readonly interval: number;
  /** Microseconds. */
  readonly gap: number;
}

/**
 * The rule of the reference, but for two cases in which it would hide frames. A frame rate beyond belief, or none, is
 * taken for a usual one; and where frames come at uneven times, so that the published rule leaves
 * a hole of more than one and a half times `secondsPerHash`, a frame is kept in addition.
 */
export function selectionFor(
  mode: VideoMode,
  framesPerSecond: number,
  secondsPerHash: number,
): FrameSelection {
  const spacing = secondsPerHash * MICROSECONDS;
  // Encoders put them where they like: one that comes a little early is as good.
  if (mode === 'key-frames') return { interval: NO_INTERVAL, gap: Math.round(spacing / 2) - 1 };
  if (mode === 'every-frame') return { interval: 1, gap: NO_GAP };
  const rate = isBelievableRate(framesPerSecond) ? framesPerSecond : USUAL_FRAMES_PER_SECOND;
  return { interval: frameInterval(rate, secondsPerHash), gap: Math.round(1.5 * spacing) };
}

export function isBelievableRate(framesPerSecond: number): boolean {
  return framesPerSecond > 0 && framesPerSecond <= BELIEVABLE_FRAMES_PER_SECOND;
}

/** The rule for ffmpeg's `select` filter, where timestamps are in microseconds. */
export function selectExpression({ interval, gap }: FrameSelection): string {
  return `not(mod(n,${interval}))+gt(pts-prev_selected_pts,${gap})`;
}

/** Follows the rule, frame by frame. */
export class FrameSelector {
  readonly #selection: FrameSelection;
  #lastKept: number | undefined;

  constructor(selection: FrameSelection) {
    this.#selection = selection;
  }

  /** Whether the frame is kept; to be asked once for each, in order. `microseconds` is its time, if it has one. */
  keeps(frame: number, microseconds: number | undefined): boolean {
    const { interval, gap } = this.#selection;
    const isLate =
      microseconds !== undefined && this.#lastKept !== undefined && microseconds - this.#lastKept > gap;
    if (frame % interval !== 0 && !isLate) return false;
    this.#lastKept = microseconds;
    return true;
  }
}

const MICROSECONDS = 1_000_000;
const BELIEVABLE_FRAMES_PER_SECOND = 240;
const USUAL_FRAMES_PER_SECOND = 25;
const NO_GAP = 1e15;
const NO_INTERVAL = 1e12;
