import sharp, { type Sharp } from 'sharp';

/** A decoded picture of eight bits a channel: gray, RGB or RGBA; gray with alpha has been made RGBA. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** A picture as a format's decoder gives it, frame by frame. */
export interface Source {
  /** The pixels of each frame in turn; the first is the picture that a still viewer shows. Ends at the limits. */
  readonly frames: AsyncIterable<Pixels>;
  /** How many frames or pages the file has, as far as it tells. */
  readonly frameCount: number;
  /** EXIF orientation, 1 to 8: how the pixels should be turned for display. */
  readonly orientation: number;
  readonly warnings: readonly SourceWarning[];
}

/** What a decoder had to do to, or leave out of, the picture. */
export type SourceWarning =
  | 'first-frame-only'
  | 'cmyk-converted'
  | 'depth-reduced'
  | 'damaged'
  | 'further-pictures';

/** How much of a file may be decoded. */
export interface Bounds {
  /** Width times height of one frame, and of all frames together. */
  readonly pixels: number;
  readonly frames: number;
}

/** How many frames of that size are within the bounds, of those there are; at least one. */
export function framesWithin(bounds: Bounds, frameCount: number, framePixels: number): number {
  return Math.max(1, Math.min(frameCount, bounds.frames, Math.floor(bounds.pixels / framePixels)));
}

export function hasTransparency({ data, channels }: Pixels): boolean {
  if (channels !== 4) return false;
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

/** The picture laid over an even background, without alpha. */
export async function laidOver(pixels: Pixels, background: 'white' | 'black'): Promise<Pixels> {
  return await pixelsOf(raw(pixels).flatten({ background }));
}

/** The picture turned as its EXIF orientation asks. */
export async function turned(pixels: Pixels, orientation: number): Promise<Pixels> {
  const { angle, mirrored } = TURNS[orientation - 1]!;
  return await pixelsOf(raw(pixels).rotate(angle).flop(mirrored));
}

/** EXIF 2.3, tag 274, as a mirroring of left and right and then a turn clockwise. */
const TURNS = [
  { angle: 0, mirrored: false },
  { angle: 0, mirrored: true },
  { angle: 180, mirrored: false },
  { angle: 180, mirrored: true },
  { angle: 270, mirrored: true },
  { angle: 90, mirrored: false },
  { angle: 90, mirrored: true },
  { angle: 270, mirrored: false },
];

/** For libvips to go on with. */
export function raw({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Carries out what libvips has been asked for. Rejects with an error of libvips. */
export async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 2) return { data: spreadGray(data), width, height, channels: 4 };
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new Error(`expected one to four channels after conversion to sRGB, not ${String(channels)}`);
  }
  return { data, width, height, channels };
}

function spreadGray(data: Uint8Array): Uint8Array {
  const spread = new Uint8Array(data.length * 2);
  for (let from = 0, to = 0; from < data.length; from += 2, to += 4) {
    spread.fill(data[from]!, to, to + 3);
    spread[to + 3] = data[from + 1]!;
  }
  return spread;
}
