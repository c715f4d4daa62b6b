import sharp, { type Sharp } from 'sharp';
import type { RasterFormat } from '../identify-format.ts';
import { examine } from './libvips.ts';
import { openPicture } from './open-picture.ts';
import type { Rendered, RenderRequest } from './outcome.ts';
import { type Bounds, raw } from './pixels.ts';
import { Refusal } from './refusal.ts';

/** A small, upright, plain copy of the first frame. Rejects with a Refusal, or with an error of a library. */
export async function renderPicture(
  file: Uint8Array,
  format: RasterFormat,
  bounds: Bounds,
  { maxSide, tone, blur }: RenderRequest,
): Promise<Rendered> {
  const small = (await opened(file, format, bounds))
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .grayscale(tone === 'gray');
  const blurred = blur > 0 ? small.blur(blur) : small;
  const { data, info } = await blurred.webp({ quality: 80 }).toBuffer({ resolveWithObject: true });
  return { kind: 'rendered', bytes: data, mediaType: 'image/webp', width: info.width, height: info.height };
}

async function opened(file: Uint8Array, format: RasterFormat, bounds: Bounds): Promise<Sharp> {
  if (format === 'heif' || format === 'bmp') {
    const { frames } = await openPicture(file, format, bounds);
    for await (const pixels of frames) return raw(pixels);
    throw new Refusal('corrupt');
  }
  // libvips can shrink while it decodes, which is several times faster.
  const examined = await examine(file, format, bounds);
  return sharp(examined.file, examined.options).autoOrient();
}
