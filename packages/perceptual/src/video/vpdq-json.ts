import type { VpdqFrame } from './vpdq.ts';
import { VpdqFormatError } from './vpdq-format-error.ts';

/** A frame as the JSON form knows it: without its number. */
export type NumberlessVpdqFrame = Omit<VpdqFrame, 'frame'>;

/**
 * The JSON form of python-threatexchange, which exchanges and HMA hold: an array of strings
 * `hex,quality,seconds`. Seconds have up to three decimals and at least one. (The original keeps three
 * significant digits instead, so that 83.25 becomes 83.2 and 1234.5 becomes 1.23e+03; it reads ours as well.)
 */
export function vpdqToJson(frames: readonly NumberlessVpdqFrame[]): string {
  return JSON.stringify(
    frames.map(({ hash, quality, seconds }) => `${hash},${quality},${writtenSeconds(seconds)}`),
  );
}

/**
 * Reads the JSON form; strict, except that seconds may be written as any number of Python that is not
 * negative. No text at all is a hash without frames, as in the original. Throws a VpdqFormatError.
 */
export function vpdqFromJson(json: string): NumberlessVpdqFrame[] {
  if (json === '') return [];
  return parsedArray(json).map((item, position) => {
    const parts = typeof item === 'string' ? ITEM.exec(item)?.groups : undefined;
    if (!parts) throw new VpdqFormatError('malformed-frame', position);
    const quality = Number(parts['quality']);
    if (quality > 100) throw new VpdqFormatError('quality-out-of-range', position);
    const seconds = Number(parts['seconds']);
    if (!Number.isFinite(seconds)) throw new VpdqFormatError('malformed-frame', position);
    return { hash: parts['hash']!.toLowerCase(), quality, seconds };
  });
}

const ITEM =
  /^(?<hash>[0-9a-f]{64}),(?<quality>0|[1-9]\d{0,2}),(?<seconds>\d{1,12}(?:\.\d{1,20})?(?:e[+-]\d{1,3})?)$/i;

function writtenSeconds(seconds: number): string {
  return seconds.toFixed(3).replace(/0{1,2}$/, '');
}

function parsedArray(json: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new VpdqFormatError('malformed-json', undefined, { cause });
  }
  if (!Array.isArray(value)) throw new VpdqFormatError('malformed-json');
  return value;
}
