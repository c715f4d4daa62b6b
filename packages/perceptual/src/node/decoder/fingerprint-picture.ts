import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { type PdqFingerprint, pdqFromLuma, pdqFromRgb, pdqToHex } from '../../index.ts';
import type { RasterFormat } from '../identify-format.ts';
import { hasFurtherFrames } from './further-frames.ts';
import type { Fingerprinted, FingerprintWarning, Rendered, RenderRequest } from './outcome.ts';
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

/** PDQ of the stored pixels. Rejects with a Refusal, or with an error of libvips. */
export async function fingerprintPicture(
  picture: Uint8Array,
  format: RasterFormat,
  pixelLimit: number,
): Promise<Fingerprinted> {
  const { metadata, options } = await examine(picture, format, pixelLimit);
  // The profile of an RGB picture only tunes colors on a screen, and every other implementation of PDQ passes over it;
  // what the inks of a CMYK picture look like is known from its profile alone.
  const ignoreIcc = metadata.space !== 'cmyk';
  const { data, info } = await overWhite(sharp(picture, { ...options, ignoreIcc }))
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { hash, quality } = pdqOfRaw(data, info.width, info.height, info.channels);
  return {
    kind: 'fingerprinted',
    pdq: pdqToHex(hash),
    quality,
    width: info.width,
    height: info.height,
    decodedAs: format,
    warnings: warningsFor(metadata, format, picture),
  };
}

/** A small, upright, plain copy of the picture. Rejects as `fingerprintPicture` does. */
export async function renderPicture(
  picture: Uint8Array,
  format: RasterFormat,
  pixelLimit: number,
  { maxSide, tone, blur }: RenderRequest,
): Promise<Rendered> {
  const { options } = await examine(picture, format, pixelLimit);
  const small = overWhite(sharp(picture, options))
    .autoOrient()
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .grayscale(tone === 'gray');
  const blurred = blur > 0 ? small.blur(blur) : small;
  const { data, info } = await blurred.webp({ quality: 80 }).toBuffer({ resolveWithObject: true });
  return { kind: 'rendered', bytes: data, mediaType: 'image/webp', width: info.width, height: info.height };
}

/**
 * From which severity on a complaint of the decoder refuses the picture. To the libraries for JPEG and TIFF, damaged
 * picture data is worth no more than a warning; the others warn of metadata only.
 */
const FAIL_ON: Partial<Record<RasterFormat, 'warning'>> = { jpeg: 'warning', tiff: 'warning' };

async function examine(
  picture: Uint8Array,
  format: RasterFormat,
  pixelLimit: number,
): Promise<{ metadata: Metadata; options: SharpOptions }> {
  const options: SharpOptions = { failOn: FAIL_ON[format] ?? 'error', limitInputPixels: pixelLimit };
  const metadata = await sharp(picture, options).metadata();
  if (metadata.width === 0 || metadata.height === 0) throw new Refusal('zero-dimension');
  if (metadata.width * metadata.height > pixelLimit) throw new Refusal('too-many-pixels');
  if (metadata.compression === 'hevc') throw new Refusal('unsupported-format');
  return { metadata, options };
}

function overWhite(picture: Sharp): Sharp {
  return picture.flatten({ background: '#ffffff' }).toColourspace('srgb');
}

function pdqOfRaw(data: Uint8Array, width: number, height: number, channels: number): PdqFingerprint {
  switch (channels) {
    case 1:
      return pdqFromLuma({ data, width, height });
    case 3:
      return pdqFromRgb({ data, width, height, channels });
    default:
      throw new Error(`expected one or three channels after conversion to sRGB, not ${channels}`);
  }
}

function warningsFor(metadata: Metadata, format: RasterFormat, picture: Uint8Array): FingerprintWarning[] {
  const found: FingerprintWarning[] = [];
  if (hasFurtherFrames(metadata, format, picture)) found.push('first-frame-only');
  if (metadata.hasAlpha) found.push('alpha-flattened');
  if (metadata.space === 'cmyk') found.push('cmyk-converted');
  if (metadata.depth !== 'uchar') found.push('depth-reduced');
  if ((metadata.orientation ?? 1) !== 1) found.push('orientation-ignored');
  return found;
}
