import type { Metadata } from 'sharp';
import type { RasterFormat } from '../identify-format.ts';

/**
 * Whether a picture has more to show than the first frame or page. libvips counts those of GIF, WebP, TIFF and HEIF;
 * to it, an animated PNG or a sequence of AVIF is a still picture.
 */
export function hasFurtherFrames(metadata: Metadata, format: RasterFormat, picture: Uint8Array): boolean {
  if ((metadata.pages ?? 1) > 1) return true;
  const file = Buffer.from(picture.buffer, picture.byteOffset, picture.length);
  if (format === 'png') return file.subarray(0, Math.max(0, file.indexOf('IDAT'))).includes('acTL');
  if (format === 'avif') return file.subarray(0, file.readUInt32BE(0)).includes('avis');
  return false;
}
