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
  /** Not all frames of an animation, or pages of a document, were hashed; perhaps only the first. Not wholly scanned. */
  'first-frame-only',
  /** Said besides: many were hashed, but there are more than the limits allow. */
  'frames-beyond-limit',
  /** Bytes that belong to nothing were left out of a JPEG; all of its picture data is there and was hashed. */
  'damaged',
  /** Further pictures follow the main one of a JPEG, such as a preview or a depth map; they were not hashed. */
  'further-pictures',
  /** The picture can be transparent: laid over white and, where that gives another hash, over black as a variant. */
  'alpha-flattened',
  /** Converted from CMYK to sRGB. */
  'cmyk-converted',
  /** Reduced from more than eight bits a channel. */
  'depth-reduced',
  /** The picture asks to be turned or mirrored for display; the primary hash is of the pixels as stored, a variant as shown. */
  'orientation-ignored',
] as const;

export type FingerprintWarning = (typeof FINGERPRINT_WARNINGS)[number];

/** PDQ in both families; hashes in 64 lower-case hex digits. Up to 512 pixels they are the same. */
export interface PdqPair {
  /** At full resolution. */
  readonly pdq: string;
  /** PDQ's own quality, 0 to 100. Below 50 the hash is not fit to be compared. */
  readonly quality: number;
  /** Of the picture resized to 512 by 512 by the nearest pixel, if a side is longer. */
  readonly pdq512: string;
  readonly quality512: number;
}

/** Why a picture has another hash: turned for display, transparent over black, or a further frame or page. */
export const VARIANT_KINDS = ['as-shown', 'over-black', 'frame'] as const;

/** Another look of the same file, with other hashes than any before it. To be looked up like the primary one. */
export interface Variant extends PdqPair {
  readonly kind: (typeof VARIANT_KINDS)[number];
  /** Which frame or page, where it is not the first, numbered 0. */
  readonly frame?: number;
}

/** The hashes are of the first frame, as stored. */
export interface Fingerprinted extends PdqPair {
  readonly kind: 'fingerprinted';
  /** `pdq` of the picture turned and mirrored in eight ways, in DIHEDRAL_ORDER; the first is `pdq`. */
  readonly dihedral: readonly string[];
  /** Pixels, as stored. */
  readonly width: number;
  /** Pixels, as stored. */
  readonly height: number;
  /** Frames or pages that the file has; of an animated PNG, its default picture is one more. */
  readonly frames: number;
  readonly decodedAs: RasterFormat;
  readonly warnings: readonly FingerprintWarning[];
  readonly variants: readonly Variant[];
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
