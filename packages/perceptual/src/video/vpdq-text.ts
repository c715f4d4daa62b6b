import type { VpdqFrame } from './vpdq.ts';
import { VpdqFormatError } from './vpdq-format-error.ts';

/**
 * The text form of the reference in C++: a line per frame, `frame,quality,hex,seconds`, the seconds with
 * three decimals. Each line ends in a line feed. Finer fractions of a second are lost.
 */
export function vpdqToText(frames: readonly VpdqFrame[]): string {
  return frames
    .map(({ frame, quality, hash, seconds }) => `${frame},${quality},${hash},${seconds.toFixed(3)}\n`)
    .join('');
}

/**
 * Reads the text form. Strict: nothing but such lines, in the order of their frames; only the line feed
 * at the end may be missing, and lines may end as on Windows. No text is a hash without frames.
 * Throws a VpdqFormatError.
 */
export function vpdqFromText(text: string): VpdqFrame[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  let last = -1;
  return lines.map((line, position) => {
    const parts = LINE.exec(line)?.groups;
    if (!parts) throw new VpdqFormatError('malformed-frame', position);
    const frame = Number(parts['frame']);
    const quality = Number(parts['quality']);
    if (quality > 100) throw new VpdqFormatError('quality-out-of-range', position);
    if (!Number.isSafeInteger(frame) || frame <= last)
      throw new VpdqFormatError('frames-out-of-order', position);
    last = frame;
    return { frame, quality, hash: parts['hash']!.toLowerCase(), seconds: Number(parts['seconds']) };
  });
}

const LINE =
  /^(?<frame>0|[1-9]\d{0,15}),(?<quality>0|[1-9]\d{0,2}),(?<hash>[0-9a-f]{64}),(?<seconds>\d{1,9}\.\d{3})$/i;
