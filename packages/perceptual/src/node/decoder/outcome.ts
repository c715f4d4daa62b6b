import type { RasterFormat } from '../identify-format.ts';

/**
 * Every reason why a picture could not be scanned. One fixed list: whoever counts, shows or stores
 * an unscanned picture uses these codes and no others.
 */
export const UNSCANNED_REASONS = [
  /** No bytes at all. */
  'empty',
  /** More bytes than the limit. */
  'too-large',
  /** The first bytes belong to no raster format we know; SVG and documents end here too. */
  'unrecognized-format',
  /** A raster format that we know by sight and cannot decode. */
  'unsupported-format',
  /** The bytes end before the picture does. */
  'truncated',
  /** The bytes contradict their format. */
  'corrupt',
  /** Width times height exceeds the limit. */
  'too-many-pixels',
  /** The header claims a width or a height of zero. */
  'zero-dimension',
  /** Decoding ran past its time limit and was killed. */
  'timeout',
  /** Decoding ran past its memory limit. */
  'out-of-memory',
  /** The decoder died, or answered nonsense, while it had this picture in hand. */
  'decoder-crashed',
  /** No decoder could be started, or it has been closed. */
  'decoder-unavailable',
] as const;

export type UnscannedReason = (typeof UNSCANNED_REASONS)[number];

/** The picture was not scanned. Never to be taken for "no match". */
export interface Unscanned {
  readonly kind: 'unscanned';
  readonly reason: UnscannedReason;
}

/** What had to be done to the stored pixels before they could be hashed, or what was left unhashed. */
export const FINGERPRINT_WARNINGS = [
  /** An animation or a document of several pages: only the first was hashed. */
  'first-frame-only',
  /** Transparent pixels were laid over white. */
  'alpha-flattened',
  /** Converted from CMYK to sRGB. */
  'cmyk-converted',
  /** Reduced from more than eight bits a channel. */
  'depth-reduced',
  /** The picture asks to be turned or mirrored for display; the hash is of the pixels as stored. */
  'orientation-ignored',
] as const;

export type FingerprintWarning = (typeof FINGERPRINT_WARNINGS)[number];

export interface Fingerprinted {
  readonly kind: 'fingerprinted';
  /** 64 lower-case hex digits, of the pixels at full resolution as stored. */
  readonly pdq: string;
  /** PDQ's own quality, 0 to 100. Below 50 the hash is not fit to be compared. */
  readonly quality: number;
  /** Pixels, as stored. */
  readonly width: number;
  /** Pixels, as stored. */
  readonly height: number;
  readonly decodedAs: RasterFormat;
  readonly warnings: readonly FingerprintWarning[];
}

export interface Rendered {
  readonly kind: 'rendered';
  /** A fresh encoding without any metadata of the original. */
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/webp' | 'image/png';
  readonly width: number;
  readonly height: number;
}

export interface RenderRequest {
  /** The longer side of the result, in pixels; a smaller picture is not enlarged. */
  readonly maxSide: number;
  readonly tone: 'gray' | 'color';
  /** Sigma of a Gaussian blur, in pixels of the result; 0 for none. */
  readonly blur: number;
}
