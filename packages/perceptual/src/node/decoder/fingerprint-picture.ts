import { pdqFamilies, pdqInFull, pdqToHex } from '../../index.ts';
import type { RasterFormat } from '../identify-format.ts';
import { openPicture } from './open-picture.ts';
import {
  FINGERPRINT_WARNINGS,
  type Fingerprinted,
  type FingerprintWarning,
  type PdqPair,
  type Variant,
} from './outcome.ts';
import { type Bounds, hasTransparency, laidOver, type Pixels, turned } from './pixels.ts';
import { Refusal } from './refusal.ts';

/**
 * PDQ of a picture in both families: of its first frame as stored, and of every other way it may look that gives another
 * hash. Rejects with a Refusal, or with an error of a library.
 */
export async function fingerprintPicture(
  file: Uint8Array,
  format: RasterFormat,
  bounds: Bounds,
): Promise<Fingerprinted> {
  const source = await openPicture(file, format, bounds);
  const found = new Set<FingerprintWarning>(source.warnings);
  if (source.orientation !== 1) found.add('orientation-ignored');
  let result: Omit<Fingerprinted, 'frames' | 'warnings' | 'variants'> | undefined;
  const variants = new DistinctVariants();
  let frame = 0;
  for await (const pixels of source.frames) {
    if (pixels.channels === 4) found.add('alpha-flattened');
    const clear = hasTransparency(pixels);
    const opaque = clear ? await laidOver(pixels, 'white') : pixels;
    if (!result) {
      const { width, height } = pixels;
      result = { kind: 'fingerprinted', ...inFull(opaque), width, height, decodedAs: format };
      variants.pass(result);
      if (source.orientation !== 1) {
        variants.add({ kind: 'as-shown', ...pairOf(await turned(opaque, source.orientation)) });
      }
      if (clear) variants.add({ kind: 'over-black', ...pairOf(await laidOver(pixels, 'black')) });
    } else {
      variants.add({ kind: 'frame', frame, ...pairOf(opaque) });
      if (clear) variants.add({ kind: 'over-black', frame, ...pairOf(await laidOver(pixels, 'black')) });
    }
    frame++;
  }
  if (!result) throw new Refusal('corrupt');
  if (frame < source.frameCount) {
    found.add('first-frame-only');
    if (frame > 1) found.add('frames-beyond-limit');
  }
  return {
    ...result,
    frames: source.frameCount,
    warnings: FINGERPRINT_WARNINGS.filter((warning) => found.has(warning)),
    variants: variants.list,
  };
}

/** Drops what has been seen already: most frames of most animations, and what alpha or orientation do not change. */
class DistinctVariants {
  readonly list: Variant[] = [];
  readonly #seen = new Set<string>();

  pass({ pdq, pdq512 }: PdqPair): boolean {
    const key = pdq + pdq512;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  add(variant: Variant): void {
    if (this.pass(variant)) this.list.push(variant);
  }
}

function pairOf(pixels: Pixels): PdqPair {
  return asHex(pdqFamilies(asPicture(pixels)));
}

function inFull(pixels: Pixels): PdqPair & Pick<Fingerprinted, 'dihedral'> {
  const families = pdqInFull(asPicture(pixels));
  return { ...asHex(families), dihedral: families.dihedral.map(pdqToHex) };
}

function asHex({ fullResolution, nearest512 }: ReturnType<typeof pdqFamilies>): PdqPair {
  return {
    pdq: pdqToHex(fullResolution.hash),
    quality: fullResolution.quality,
    pdq512: pdqToHex(nearest512.hash),
    quality512: nearest512.quality,
  };
}

function asPicture({ data, width, height, channels }: Pixels) {
  return channels === 1 ? { data, width, height } : { data, width, height, channels };
}
