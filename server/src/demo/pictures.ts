import sharp from 'sharp';
import { pdqFromRgb, pdqToHex } from '@breakwater/perceptual';
import { Canvas } from './canvas.ts';
import { seededRandom, type Random } from './random.ts';
import { paintHarbor } from './scenes/harbor.ts';
import { paintHills } from './scenes/hills.ts';
import { paintLighthouse } from './scenes/lighthouse.ts';
import { paintPattern } from './scenes/patterns.ts';
import { paintShapes } from './scenes/shapes.ts';

const painters = {
  hills: paintHills,
  lighthouse: paintLighthouse,
  harbor: paintHarbor,
  shapes: paintShapes,
  pattern: paintPattern,
} as const satisfies Record<string, (canvas: Canvas, random: Random) => void>;

export type DemoPictureKind = keyof typeof painters;

/** Three bytes a pixel, row by row from the top. */
export interface DemoPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const SIZE = { width: 640, height: 480 };

/** Draws a harmless picture: the same kind, seed and size always give the same pixels. */
export function demoPicture(
  kind: DemoPictureKind,
  seed: number,
  size: { readonly width: number; readonly height: number } = SIZE,
): DemoPixels {
  const canvas = new Canvas(size.width, size.height);
  painters[kind](canvas, seededRandom(seed));
  return { ...size, data: canvas.data };
}

/** The picture as a file: JPEG of quality 85, or PNG. */
export function encodePicture({ data, width, height }: DemoPixels, format: 'jpeg' | 'png'): Promise<Buffer> {
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  return (format === 'jpeg' ? picture.jpeg({ quality: 85 }) : picture.png({ palette: true })).toBuffer();
}

const changes = {
  resized: (bytes: Uint8Array) => sharp(bytes).resize({ width: 420 }).jpeg({ quality: 80 }).toBuffer(),
  recompressed: (bytes: Uint8Array) => sharp(bytes).jpeg({ quality: 12 }).toBuffer(),
  cropped: async (bytes: Uint8Array) => {
    const { width, height } = await sharp(bytes).metadata();
    const [left, top] = [Math.round(width / 16), Math.round(height / 16)];
    const inner = { left, top, width: width - 2 * left, height: height - 2 * top };
    return sharp(bytes).extract(inner).jpeg({ quality: 85 }).toBuffer();
  },
};

/** The same picture as it comes around after somebody passed it on. A JPEG. */
export function variantOf(bytes: Uint8Array, change: keyof typeof changes): Promise<Buffer> {
  return changes[change](bytes);
}

/** PDQ in hex of a picture made here, and its quality. Other people's pictures belong into the confined decoder. */
export async function pdqOfDemoPicture(bytes: Uint8Array): Promise<{ pdq: string; quality: number }> {
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { hash, quality } = pdqFromRgb({ data, width: info.width, height: info.height, channels: 3 });
  return { pdq: pdqToHex(hash), quality };
}
