import type { RasterFormat } from '../identify-format.ts';
import { isAnimatedPng, openAnimatedPng } from './apng.ts';
import { decodeBmp } from './bmp.ts';
import { openHeif } from './heif.ts';
import { openByLibvips } from './libvips.ts';
import type { Bounds, Pixels, Source } from './pixels.ts';

/** Opens a file with what decodes its format. Rejects with a Refusal, or with an error of a library. */
export async function openPicture(file: Uint8Array, format: RasterFormat, bounds: Bounds): Promise<Source> {
  if (format === 'heif') return openHeif(file, bounds);
  if (format === 'bmp') return still(decodeBmp(file, bounds));
  if (format === 'png' && isAnimatedPng(file)) return await openAnimatedPng(file, bounds);
  return await openByLibvips(file, format, bounds);
}

function still(pixels: Pixels): Source {
  return {
    frames: (async function* () {
      yield await Promise.resolve(pixels);
    })(),
    frameCount: 1,
    orientation: 1,
    warnings: [],
  };
}
