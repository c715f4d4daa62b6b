/**
 * PDQ, the perceptual hash of pictures published by Meta in "The TMK+PDQF Video-Hashing Algorithm and the PDQ
 * Image-Hashing Algorithm" (2019), after the reference in C++ of the ThreatExchange repository.
 *
 * Three families of implementations exist, which differ in what happens before hashing to pictures
 * larger than 512 pixels. This is the full-resolution family, to which the `pdqhash` library and what is
 * built on it belong: the picture is not resized. All arithmetic is in 32-bit floats and in the order of
 * the reference, so that the bits come out equal.
 */
import { bitsAboveMedian } from './pdq/bits.ts';
import { lowFrequencies } from './pdq/dct.ts';
import { type LumaPlane, type LumaRows, type RgbPixels, rowsOfPlane, rowsOfRgb } from './pdq/luma.ts';
import { qualityOfBlock } from './pdq/quality.ts';
import { shrinkToBlock } from './pdq/shrink.ts';

/** Length of a PDQ hash in bytes: 256 bits. */
export const PDQ_BYTES = 32;

export interface PdqFingerprint {
  /** 32 bytes, in the order in which the hex form is written: the first byte holds bits 255 to 248. */
  readonly hash: Uint8Array;
  /** 0 (featureless) to 100. The authors advise not to compare hashes of quality 49 or less. */
  readonly quality: number;
}

/**
 * PDQ of a gray picture, row by row from the top, one value of 0 to 255 per pixel.
 * A side of less than 5 pixels yields a hash of zeros with quality 0, as in the reference.
 * Throws a RangeError if a dimension is no positive integer or the data has another length.
 */
export function pdqFromLuma(plane: LumaPlane): PdqFingerprint {
  return pdqFromRows(rowsOfPlane(plane));
}

/**
 * PDQ of a picture of 8-bit RGB or RGBA pixels, row by row from the top. Alpha is ignored: lay
 * transparent pixels over a background first. Otherwise as `pdqFromLuma`.
 */
export function pdqFromRgb(pixels: RgbPixels): PdqFingerprint {
  return pdqFromRows(rowsOfRgb(pixels));
}

const SMALLEST_SIDE = 5;

function pdqFromRows(rows: LumaRows): PdqFingerprint {
  if (rows.width < SMALLEST_SIDE || rows.height < SMALLEST_SIDE) {
    return { hash: new Uint8Array(PDQ_BYTES), quality: 0 };
  }
  const block = shrinkToBlock(rows);
  return { hash: bitsAboveMedian(lowFrequencies(block)), quality: qualityOfBlock(block) };
}
