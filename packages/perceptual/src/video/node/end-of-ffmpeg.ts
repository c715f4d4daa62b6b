import type { FfmpegEnd } from './ffmpeg-child.ts';

/** It used up its processor time: 255 is ffmpeg ended by a signal, the others its end by force. */
export function overranProcessorTime({ code, signal }: FfmpegEnd): boolean {
  return signal === 'SIGXCPU' || code === 255 || code === 128 + XCPU;
}

/** It could not get as much memory as it wanted, be it for pictures, for threads or for its own libraries. */
export function ranOutOfMemory({ complaints }: FfmpegEnd): boolean {
  return /Cannot allocate memory|failed to map segment|Resource temporarily unavailable|get_buffer\(\) failed/.test(
    complaints,
  );
}

/** A signal ended it, inside the walls or outside. */
export function crashed({ code, signal }: FfmpegEnd): boolean {
  return signal !== null || code === null || code > 128;
}

/** The number of the signal. */
const XCPU = 24;
