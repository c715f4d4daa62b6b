import {
  fingerprintVideo,
  type FingerprintVideoOptions,
  type VideoFingerprinted,
} from '@breakwater/perceptual/video/node';
import type { Look, NothingSeen } from './examination.ts';
import { Turns } from './turns.ts';

/** `prompt` while somebody waits for the answer; `thorough` in a job, with as much time as a long video takes. */
export type Effort = 'prompt' | 'thorough';

export interface ExaminedVideo {
  readonly kind: 'video';
  /** Every distinct hash of a frame that was kept, with the time of its first. */
  readonly looks: readonly Look[];
  /** Frames that were decoded. */
  readonly frames: number;
  /** Playing time that was looked at. */
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** By content, such as `mp4`. */
  readonly decodedAs: string;
  /** What was left aside, such as `time-limit`. */
  readonly warnings: readonly string[];
}

export interface VideoScanner {
  /** The hashes of a video file's frames, or why there are none. Rejects with the system's error if it cannot be read. */
  scan(path: string, effort: Effort): Promise<ExaminedVideo | NothingSeen>;
  /** Gives up what is being scanned, which may take minutes: those scans reject. */
  stop(): void;
}

/** Wall time of a prompt scan, and of the look at the key frames where that was not enough. */
const PROMPT_MS = 10_000;
const KEY_FRAMES_MS = 5_000;
/** Each may take two cores and, for a huge picture, some hundred megabytes. */
const AT_ONCE = { prompt: 2, thorough: 1 } as const;
const WAITING = { prompt: 16, thorough: 64 } as const;

/** Scans a few videos at a time. More than can wait are answered with `decoder-busy`. */
export function createVideoScanner(): VideoScanner {
  const turns = {
    prompt: new Turns(AT_ONCE.prompt, WAITING.prompt),
    thorough: new Turns(AT_ONCE.thorough, WAITING.thorough),
  };
  const stopped = new AbortController();
  const { signal } = stopped;
  return {
    async scan(path, effort) {
      const outcome = await turns[effort].take(() =>
        effort === 'prompt' ? promptly(path, signal) : whole(path, { signal }),
      );
      return outcome ?? nothing('decoder-busy');
    },
    stop: () => stopped.abort(new Error('the program is stopping')),
  };
}

/** As much as the time allows; where that is not all, then the frames by themselves that stand in the rest. */
async function promptly(path: string, signal: AbortSignal): Promise<ExaminedVideo | NothingSeen> {
  const first = await whole(path, { signal, limits: { milliseconds: PROMPT_MS } });
  const cut = first.kind === 'video' ? first.warnings.includes('time-limit') : first.reason === 'timeout';
  if (!cut) return first;
  const keys = await whole(path, { signal, mode: 'key-frames', limits: { milliseconds: KEY_FRAMES_MS } });
  if (keys.kind === 'nothing') return first;
  if (first.kind === 'nothing') return keys;
  return {
    ...first,
    seconds: Math.max(first.seconds, keys.seconds),
    looks: distinct([...first.looks, ...keys.looks]),
    warnings: [...new Set([...first.warnings, ...keys.warnings])],
  };
}

async function whole(path: string, options: FingerprintVideoOptions): Promise<ExaminedVideo | NothingSeen> {
  try {
    const outcome = await fingerprintVideo(path, options);
    return outcome.kind === 'unscanned' ? nothing(outcome.reason) : examinedVideo(outcome);
  } catch (error) {
    // The file is ours and must be there. Anything else is what a hostile video did to whoever hashes its frames.
    if (options.signal?.aborted === true || (error instanceof Error && 'syscall' in error)) throw error;
    return nothing('decoder-crashed');
  }
}

function examinedVideo(found: VideoFingerprinted): ExaminedVideo {
  const { frames, seconds, width, height, decodedAs, warnings } = found;
  const looks = found.vpdq.map(({ hash, quality, seconds: at }) => ({ pdq: hash, quality, seconds: at }));
  return { kind: 'video', looks: distinct(looks), frames, seconds, width, height, decodedAs, warnings };
}

/** Of equal hashes the first, which is all that vPDQ compares. */
function distinct(looks: readonly Look[]): Look[] {
  return [...new Map(looks.toReversed().map((look) => [look.pdq, look])).values()].toReversed();
}

function nothing(reason: string): NothingSeen {
  return { kind: 'nothing', media: 'video', reason };
}
