import type { RasterFormat } from '../identify-format.ts';
import type { Unscanned, UnscannedReason } from './outcome.ts';

/** Thrown where the reason why a picture cannot be scanned is already known. */
export class Refusal extends Error {
  readonly reason: UnscannedReason;

  constructor(reason: UnscannedReason) {
    super(`refused: ${reason}`);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

/** Why a picture could not be decoded, from the error that the attempt ended in. */
export function unscannedFor(error: unknown, format: RasterFormat, picture: Uint8Array): Unscanned {
  return {
    kind: 'unscanned',
    reason: error instanceof Refusal ? error.reason : reasonFor(error, format, picture),
  };
}

/** libvips tells what went wrong in words only. Anything not understood means that the file is not as it should be. */
function reasonFor(error: unknown, format: RasterFormat, picture: Uint8Array): UnscannedReason {
  const message = error instanceof Error ? error.message : String(error);
  const understood = MEANINGS.find(([pattern]) => pattern.test(message));
  if (understood) return understood[1];
  const file = Buffer.from(picture.buffer, picture.byteOffset, picture.length);
  if (claimsNoPixels(format, file)) return 'zero-dimension';
  return endsTooSoon(format, file) ? 'truncated' : 'corrupt';
}

const MEANINGS: readonly (readonly [RegExp, UnscannedReason])[] = [
  [/exceeds pixel limit/i, 'too-many-pixels'],
  [
    /out of memory|insufficient memory|unable to allocate|failed to allocate|cannot allocate|creating thread/i,
    'out-of-memory',
  ],
  [/codec has not been built|unsupported codec|no decoding plugin/i, 'unsupported-format'],
  [/empty JPEG image/i, 'zero-dimension'],
  [/premature end of JPEG|unexpected end of|end of file|bad seek/i, 'truncated'],
];

/** Whether the header of a PNG or a GIF gives a width or a height of zero. */
function claimsNoPixels(format: RasterFormat, file: Buffer): boolean {
  if (format === 'png' && file.length >= 24)
    return file.readUInt32BE(16) === 0 || file.readUInt32BE(20) === 0;
  if (format === 'gif' && file.length >= 10) return file.readUInt16LE(6) === 0 || file.readUInt16LE(8) === 0;
  return false;
}

/** Whether the file is shorter than it says itself; for the formats whose decoders do not tell. */
function endsTooSoon(format: RasterFormat, file: Buffer): boolean {
  if (format === 'png') return !file.includes('IEND');
  if (format === 'webp') return file.length < 12 || file.readUInt32LE(4) + 8 > file.length;
  if (format === 'tiff') return file.length < 8 || firstDirectoryOf(file) >= file.length;
  return false;
}

/** TIFF 6.0, section 2: the header says where in the file the first directory lies. */
function firstDirectoryOf(file: Buffer): number {
  return file.toString('latin1', 0, 2) === 'II' ? file.readUInt32LE(4) : file.readUInt32BE(4);
}
