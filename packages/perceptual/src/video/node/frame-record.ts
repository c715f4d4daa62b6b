import type { VpdqFrame } from '../vpdq.ts';
import type { Stopper } from './decode-frames.ts';
import { type LoggedFrame, FrameLogReader } from './frame-log.ts';
import { FrameSelector, selectionFor, type VideoMode } from './frame-selection.ts';
import type { OpenedVideo } from './open-video.ts';
import type { VideoLimits } from './video-limits.ts';

/** What has been decoded so far, and which of it is kept. */
export class FrameRecord {
  readonly selection;
  readonly kept: Pick<VpdqFrame, 'frame' | 'seconds'>[] = [];
  readonly #reader = new FrameLogReader();
  readonly #selector: FrameSelector;
  readonly #framesPerSecond: number;
  readonly #declaredSeconds: number | undefined;
  readonly #mode: VideoMode;
  readonly #limits: VideoLimits;
  #frames = 0;
  #lastSeconds = 0;

  constructor({ facts }: OpenedVideo, mode: VideoMode, secondsPerHash: number, limits: VideoLimits) {
    this.selection = selectionFor(mode, facts.framesPerSecond, secondsPerHash);
    this.#selector = new FrameSelector(this.selection);
    this.#framesPerSecond = facts.framesPerSecond;
    this.#declaredSeconds = facts.declaredSeconds;
    this.#mode = mode;
    this.#limits = limits;
  }

  get frames(): number {
    return this.#frames;
  }

  /** Up to the end of the last frame, in thousandths. How long that one is shown, only the average tells. */
  get seconds(): number {
    const duration = this.#framesPerSecond > 0 ? 1 / this.#framesPerSecond : 0;
    const declared = Math.max(this.#lastSeconds, this.#declaredSeconds ?? Infinity);
    return Math.round(Math.min(this.#lastSeconds + duration, declared) * 1000) / 1000;
  }

  read(text: string, stopper: Stopper): void {
    for (const logged of this.#reader.push(text)) {
      const seconds = this.#secondsOf(logged);
      if (this.#frames >= this.#limits.frames || this.kept.length >= this.#limits.hashes) {
        stopper.stop('frame-limit');
        return;
      }
      if (seconds > this.#limits.seconds) {
        stopper.stop('duration-limit');
        return;
      }
      this.#frames++;
      this.#lastSeconds = Math.max(this.#lastSeconds, seconds);
      if (this.#selector.keeps(logged.frame, logged.microseconds))
        this.kept.push({ frame: this.#numberOf(logged, seconds), seconds });
    }
  }

  #secondsOf({ frame, microseconds }: LoggedFrame): number {
    if (microseconds !== undefined) return Math.max(0, microseconds / 1_000_000);
    return this.#framesPerSecond > 0 ? frame / this.#framesPerSecond : 0;
  }

  /** Frames that were left out are not counted by ffmpeg; the time tells about how many there were. */
  #numberOf({ frame }: LoggedFrame, seconds: number): number {
    if (this.#mode !== 'key-frames') return frame;
    const guess = Math.round(seconds * this.#framesPerSecond);
    return Math.max(guess, (this.kept.at(-1)?.frame ?? -1) + 1);
  }
}
