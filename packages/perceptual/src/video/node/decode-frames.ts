import type { Readable } from 'node:stream';
import { FfmpegChild, type FfmpegEnd } from './ffmpeg-child.ts';
import { ffmpegCommand, type FfmpegCommand } from './ffmpeg-command.ts';
import { inputGuards } from './ffmpeg-guards.ts';
import type { OpenedVideo } from './open-video.ts';
import type { VideoSource } from './probe-video.ts';
import type { VideoLimits } from './video-limits.ts';

/** Why decoding was stopped before the end of the file. */
export type StopReason = 'time-limit' | 'frame-limit' | 'duration-limit';

/** What can be told to ffmpeg before anything is known of the file. */
export interface DecodeOptions {
  /** Options before the input. */
  readonly input: readonly string[];
  /** Options after it, without the filters and the output itself. */
  readonly output: readonly string[];
}

export interface DecodeTask {
  readonly options: DecodeOptions;
  /** What happens to each frame, in ffmpeg's own terms. */
  readonly filters: string;
  /** Bytes of one frame of pixels. */
  readonly frameBytes: number;
  /** An empty buffer for the next frame; may keep the decoder waiting. */
  readonly buffer: () => Promise<ArrayBuffer> | ArrayBuffer;
  /** Takes a full one. */
  readonly take: (buffer: ArrayBuffer) => void;
  /** Takes a piece of what ffmpeg writes to file descriptor 3. May throw: then decoding is given up. */
  readonly log: (text: string) => void;
}

/** Handed to whoever may want to end a decoding early. */
export interface Stopper {
  stop(reason: StopReason): void;
}

export interface Decoded extends FfmpegEnd {
  readonly stopped: StopReason | undefined;
}

/**
 * Starts an ffmpeg that opens the file and then waits for its filters, while somebody else finds out which they are: half of what
 * a short video takes to be looked at is the system's putting ffmpeg together. Undefined where that cannot be done.
 */
export function startEarly(
  source: VideoSource,
  limits: VideoLimits,
  options: DecodeOptions,
): FfmpegChild | undefined {
  if (!source.takesFilterScript) return undefined;
  // The first stream of video that is no cover picture, as `probeVideo` chooses it.
  const command = decodeCommand(source, limits, '0:V:0', options, ['-filter_script:v', 'pipe:4']);
  return command && new FfmpegChild(command);
}

/**
 * Decodes a video behind the walls and hands over its frames, each of as many bytes as asked; an unfinished one at
 * the end is dropped. Goes on with an ffmpeg that was started early with the same options, if there is one. Resolves to
 * how it ended, or to undefined if ffmpeg is not there; rejects with what `buffer`, `take` or `log` threw. In every
 * case the process is gone.
 */
export async function decodeFrames(
  { source, facts }: OpenedVideo,
  limits: VideoLimits,
  taskFor: (stopper: Stopper) => DecodeTask,
  { deadline, early }: { readonly deadline: number; readonly early?: FfmpegChild | undefined },
): Promise<Decoded | undefined> {
  let child = early;
  let stopped: StopReason | undefined;
  const task = taskFor({
    stop(reason) {
      stopped ??= reason;
      child?.kill();
    },
  });
  if (child === undefined) {
    const command = decodeCommand(source, limits, `0:${facts.stream}`, task.options, ['-vf', task.filters]);
    if (!command) return undefined;
    child = new FfmpegChild(command);
  }
  const running = child;
  const timer = setTimeout(
    () => {
      stopped ??= 'time-limit';
      running.kill();
    },
    Math.max(0, deadline - performance.now()),
  );
  try {
    running.giveScript(task.filters);
    await Promise.all([readLog(running.log, task), readPixels(running.output, task)]);
    return { ...(await running.ended), stopped };
  } finally {
    clearTimeout(timer);
    running.kill();
    await running.ended;
  }
}

function decodeCommand(
  source: VideoSource,
  limits: VideoLimits,
  stream: string,
  options: DecodeOptions,
  filters: readonly string[],
): FfmpegCommand | undefined {
  return ffmpegCommand(
    source.confinement,
    {
      tool: 'ffmpeg',
      input: source.path,
      arguments: (url) =>
        [
          ['-hide_banner', '-nostdin', '-loglevel', 'error'],
          inputGuards(source.format, limits),
          ['-threads', String(limits.threads)],
          options.input,
          ['-i', url, '-map', stream],
          options.output,
          filters,
          ['-f', 'rawvideo', 'pipe:1'],
        ].flat(),
    },
    limits,
  );
}

async function readLog(log: Readable, task: DecodeTask): Promise<void> {
  for await (const chunk of chunksUntilKilled(log)) task.log(chunk.toString());
}

async function readPixels(output: Readable, task: DecodeTask): Promise<void> {
  let buffer: ArrayBuffer | undefined;
  let filled = 0;
  for await (const chunk of chunksUntilKilled(output)) {
    for (let at = 0; at < chunk.length; ) {
      buffer ??= await task.buffer();
      const part = chunk.subarray(at, at + task.frameBytes - filled);
      new Uint8Array(buffer).set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < task.frameBytes) continue;
      task.take(buffer);
      buffer = undefined;
      filled = 0;
    }
  }
}

/** A pipe that is closed because its process was killed is a pipe at its end. */
async function* chunksUntilKilled(output: Readable): AsyncGenerator<Buffer> {
  try {
    yield* output;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw error;
  }
}
