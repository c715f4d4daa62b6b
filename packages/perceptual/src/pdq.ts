/**
 * PDQ, the perceptual hash of pictures published by Meta in "The TMK+PDQF Video-Hashing Algorithm and the PDQ
 * Image-Hashing Algorithm" (2019), after the reference in C++ of the ThreatExchange repository.
 *
 * Families of implementations differ in what happens before hashing to pictures larger than 512 pixels. The
 * full-resolution family, to which the `pdqhash` library and what is built on it belong, does not resize; it is the
 * primary one here. The C++ reference and its WebAssembly build resize to 512 by 512 by the nearest pixel.
 */
import { bitsAboveMedian } from './pdq/bits.ts';
import { blockOfFloats, blockOfRows, type Rows, rowsOf } from './pdq/block.ts';
import { dihedralFrequencies } from './pdq/dihedral.ts';
import { frequenciesOfBlock, qualityOfBlock } from './pdq/frequencies.ts';
import type { Layout } from './pdq/memory.ts';
import { isResized, nearestBandsOf } from './pdq/nearest.ts';
import { checkPicture, type LumaPlane, type Picture, type RgbPixels } from './pdq/picture.ts';

/** Length of a PDQ hash in bytes: 256 bits. */
export const PDQ_BYTES = 32;

export interface PdqFingerprint {
  /** 32 bytes, in the order in which the hex form is written: the first byte holds bits 255 to 248. */
  readonly hash: Uint8Array;
  /** 0 (featureless) to 100. The authors advise not to compare hashes of quality 49 or less. */
  readonly quality: number;
}

/** Both families of one picture. Up to 512 pixels they are the same. */
export interface PdqFamilies {
  readonly fullResolution: PdqFingerprint;
  readonly nearest512: PdqFingerprint;
}

/**
 * PDQ of a gray picture, row by row from the top, one value of 0 to 255 per pixel; full resolution.
 * A side of less than 5 pixels yields a hash of zeros with quality 0, as in the reference.
 * Throws a RangeError if a dimension is no positive integer or above 262,144, or the data has another length.
 */
export function pdqFromLuma(plane: LumaPlane): PdqFingerprint {
  return fingerprintOf(transformed(plane));
}

/**
 * PDQ of a picture of 8-bit RGB or RGBA pixels, row by row from the top. Alpha is ignored: lay
 * transparent pixels over a background first. Otherwise as `pdqFromLuma`.
 */
export function pdqFromRgb(pixels: RgbPixels): PdqFingerprint {
  return fingerprintOf(transformed(pixels));
}

/** Both families of a picture in bytes. Throws as `pdqFromLuma`, and a RangeError if the luma is in floats. */
export function pdqFamilies(picture: Picture): PdqFamilies {
  const rows = bytesOf(picture);
  const fullResolution = fingerprintOf(transformedRows(rows));
  return {
    fullResolution,
    nearest512: isResized(rows) ? fingerprintOf(transformedNearest(rows)) : fullResolution,
  };
}

/**
 * The hashes of the picture turned and mirrored in eight ways, in DIHEDRAL_ORDER, the picture's own first: from the same
 * frequencies, and hence within few bits of what the turned pixels would give. Throws as `pdqFromLuma`.
 */
export function pdqDihedral(picture: Picture): readonly Uint8Array[] {
  return dihedralOf(transformed(picture));
}

/** As `pdqDihedral`, for the 512-nearest family. Throws as `pdqFamilies`. */
export function pdqDihedral512(picture: Picture): readonly Uint8Array[] {
  const rows = bytesOf(picture);
  return dihedralOf(isResized(rows) ? transformedNearest(rows) : transformedRows(rows));
}

/** All that is known of a picture in bytes, at little more than the cost of `pdqFamilies`. Throws as `pdqFamilies`. */
export function pdqInFull(picture: Picture): PdqFamilies & { readonly dihedral: readonly Uint8Array[] } {
  const rows = bytesOf(picture);
  const own = transformedRows(rows);
  const fullResolution = fingerprintOf(own);
  return {
    fullResolution,
    nearest512: isResized(rows) ? fingerprintOf(transformedNearest(rows)) : fullResolution,
    dihedral: dihedralOf(own),
  };
}

interface Transformed {
  readonly frequencies: Float32Array;
  readonly quality: number;
}

const SMALLEST_SIDE = 5;

function isTooSmall({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width < SMALLEST_SIDE || height < SMALLEST_SIDE;
}

function transformed(picture: Picture): Transformed | undefined {
  checkPicture(picture);
  const { data, width, height } = picture;
  if (!(data instanceof Float32Array)) return transformedRows(bytesOf(picture));
  return isTooSmall(picture) ? undefined : ofBlock(blockOfFloats(data, width, height));
}

function transformedRows(rows: Rows): Transformed | undefined {
  return isTooSmall(rows) ? undefined : ofBlock(blockOfRows(rows));
}

/** Of a picture that the family resizes: by that, no side is too small. */
function transformedNearest(rows: Rows): Transformed {
  return ofBlock(blockOfRows(rows, nearestBandsOf));
}

function ofBlock(layout: Layout): Transformed {
  return { quality: qualityOfBlock(layout), frequencies: frequenciesOfBlock(layout) };
}

function bytesOf(picture: Picture): Rows {
  checkPicture(picture);
  const { data } = picture;
  if (data instanceof Float32Array) throw new RangeError('data must be bytes, not floats');
  return rowsOf({ ...picture, data });
}

function fingerprintOf(picture: Transformed | undefined): PdqFingerprint {
  if (!picture) return { hash: new Uint8Array(PDQ_BYTES), quality: 0 };
  return { hash: bitsAboveMedian(picture.frequencies), quality: picture.quality };
}

function dihedralOf(picture: Transformed | undefined): readonly Uint8Array[] {
  if (!picture) return Array.from({ length: 8 }, () => new Uint8Array(PDQ_BYTES));
  return dihedralFrequencies(picture.frequencies).map(bitsAboveMedian);
}
