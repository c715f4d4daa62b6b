/**
 * vPDQ, the video hash of the ThreatExchange repository: PDQ of single frames at full resolution, with what
 * it takes to find them again. Two videos are compared frame by frame, whatever the order.
 */
export interface VpdqFrame {
  /** Counted from 0 over all decoded frames, not only those that are kept. */
  readonly frame: number;
  /** PDQ's own quality, 0 to 100. Below 50 the frame is not fit to be compared. */
  readonly quality: number;
  /** PDQ, 64 lower-case hex digits. */
  readonly hash: string;
  /** When the frame is shown. */
  readonly seconds: number;
}

/** One frame a second, as the authors advise. */
export const DEFAULT_SECONDS_PER_HASH = 1;

/**
 * Which frames are kept: every how many-th, counted from 0. As in the reference: the number of frames in
 * `secondsPerHash`, cut down to a whole number, at least 1.
 * Throws a RangeError if the rate is no positive number or the seconds are negative or not a number.
 */
export function frameInterval(framesPerSecond: number, secondsPerHash: number): number {
  if (!(framesPerSecond > 0 && Number.isFinite(framesPerSecond)))
    throw new RangeError(`framesPerSecond must be a positive number, not ${framesPerSecond}`);
  if (!(secondsPerHash >= 0 && Number.isFinite(secondsPerHash)))
    throw new RangeError(`secondsPerHash must be a number and not negative, not ${secondsPerHash}`);
  return Math.max(1, Math.trunc(secondsPerHash * framesPerSecond));
}
