import sharp, { type Metadata, type SharpOptions } from 'sharp';
import type { RasterFormat } from '../identify-format.ts';
import { jpegFacts, withoutJunk } from './jpeg.ts';
import {
  type Bounds,
  framesWithin,
  type Pixels,
  pixelsOf,
  type Source,
  type SourceWarning,
} from './pixels.ts';
import { Refusal } from './refusal.ts';

// Whatever libvips could load is closed first, so that a new loader of a later version stays closed.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
sharp.concurrency(1);
sharp.cache(false);

/** A file that libvips has looked at and found within the bounds. */
export interface Examined {
  readonly file: Uint8Array;
  readonly format: RasterFormat;
  readonly metadata: Metadata;
  readonly options: SharpOptions;
  readonly warnings: readonly SourceWarning[];
}

/**
 * From which severity on a complaint of the decoder refuses the picture. To the libraries for JPEG and TIFF, damaged
 * picture data is worth no more than a warning; the others warn of metadata only.
 */
const FAIL_ON: Partial<Record<RasterFormat, 'warning'>> = { jpeg: 'warning', tiff: 'warning' };

/** Reads the header. Rejects with a Refusal, or with an error of libvips. */
export async function examine(picture: Uint8Array, format: RasterFormat, bounds: Bounds): Promise<Examined> {
  const { file, warnings } = format === 'jpeg' ? examineJpeg(picture) : { file: picture, warnings: [] };
  const options: SharpOptions = { failOn: FAIL_ON[format] ?? 'error', limitInputPixels: bounds.pixels };
  const metadata = await sharp(file, options).metadata();
  checkSize(metadata.width, metadata.height, bounds);
  if (metadata.compression === 'hevc') throw new Refusal('unsupported-format');
  return { file, format, metadata, options, warnings };
}

/** Throws a Refusal of a picture without pixels, or with too many. */
export function checkSize(width: number, height: number, { pixels }: Bounds): void {
  if (width === 0 || height === 0) throw new Refusal('zero-dimension');
  if (width * height > pixels || Math.max(width, height) > LONGEST_SIDE) throw new Refusal('too-many-pixels');
}

/** What PDQ takes, see LARGEST_SIDE. */
const LONGEST_SIDE = 262_144;

/** The frames of a file that libvips decodes. Rejects as `examine`. */
export async function openByLibvips(
  picture: Uint8Array,
  format: RasterFormat,
  bounds: Bounds,
): Promise<Source> {
  const examined = await examine(picture, format, bounds);
  const { metadata } = examined;
  const warnings = [...examined.warnings];
  if (metadata.space === 'cmyk') warnings.push('cmyk-converted');
  if (metadata.depth !== 'uchar') warnings.push('depth-reduced');
  // To libvips a sequence of AVIF is a still picture.
  if (format === 'avif' && isSequence(picture)) warnings.push('first-frame-only');
  return {
    frames: OF_PAGES.has(format) ? pagesOf(examined, bounds) : framesOf(examined, bounds),
    frameCount: metadata.pages ?? 1,
    orientation: metadata.orientation ?? 1,
    warnings,
  };
}

/** Whose pages are pictures in their own right, not frames of one size. */
const OF_PAGES: ReadonlySet<RasterFormat> = new Set(['tiff', 'avif']);

/** Above this, frames are decoded in portions: those of an animation come in one tall picture. */
const PORTION_PIXELS = 16_000_000;

async function* framesOf(examined: Examined, bounds: Bounds): AsyncGenerator<Pixels> {
  const { metadata } = examined;
  const framePixels = metadata.width * (metadata.pageHeight ?? metadata.height);
  const count = framesWithin(bounds, metadata.pages ?? 1, framePixels);
  if (count === 1) {
    yield await decode(examined, {});
    return;
  }
  const portion = Math.max(1, Math.floor(PORTION_PIXELS / framePixels));
  for (let page = 0; page < count; page += portion) {
    const pages = Math.min(portion, count - page);
    const { data, width, height, channels } = await decode(examined, { page, pages });
    const frameBytes = data.length / pages;
    for (let i = 0; i < pages; i++) {
      const frame = data.subarray(i * frameBytes, (i + 1) * frameBytes);
      yield { data: frame, width, height: height / pages, channels };
    }
  }
}

/** Pages differ in size, depth and color. */
async function* pagesOf(examined: Examined, bounds: Bounds): AsyncGenerator<Pixels> {
  const count = Math.min(examined.metadata.pages ?? 1, bounds.frames);
  let pixels = 0;
  for (let page = 0; page < count; page++) {
    const options = { ...examined.options, page };
    const metadata = page === 0 ? examined.metadata : await sharp(examined.file, options).metadata();
    checkSize(metadata.width, metadata.height, bounds);
    pixels += metadata.width * metadata.height;
    if (page > 0 && pixels > bounds.pixels) return;
    yield await decode({ ...examined, metadata }, { page });
  }
}

async function decode({ file, metadata, options }: Examined, pages: SharpOptions): Promise<Pixels> {
  // The profile of an RGB picture only tunes colors on a screen, and every other implementation of PDQ passes over it;
  // what the inks of a CMYK picture look like is known from its profile alone.
  const ignoreIcc = metadata.space !== 'cmyk';
  return await pixelsOf(sharp(file, { ...options, ...pages, ignoreIcc }).toColourspace('srgb'));
}

function examineJpeg(picture: Uint8Array): { file: Uint8Array; warnings: SourceWarning[] } {
  const facts = jpegFacts(picture);
  if (facts.bitsPerSample !== undefined && facts.bitsPerSample !== 8) throw new Refusal('unsupported-format');
  const warnings: SourceWarning[] = facts.isMultiPicture ? ['further-pictures'] : [];
  const file = withoutJunk(picture);
  return { file, warnings: file === picture ? warnings : [...warnings, 'damaged'] };
}

function isSequence(picture: Uint8Array): boolean {
  const file = Buffer.from(picture.buffer, picture.byteOffset, picture.length);
  return file.subarray(0, file.readUInt32BE(0)).includes('avis');
}
