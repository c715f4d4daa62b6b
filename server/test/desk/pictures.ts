import sharp from 'sharp';

/** A harmless generated picture: waves of color that differ with the seed. JPEG unless told. */
export async function testPicture(
  seed: number,
  options: { readonly width?: number; readonly height?: number; readonly format?: 'jpeg' | 'png' } = {},
): Promise<Buffer> {
  const { width = 320, height = 240, format = 'jpeg' } = options;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const [u, v] = [x / width, y / height];
      const bent = wave(Math.hypot(u - 0.3 - (seed % 5) / 10, v - 0.6) * (6 + (seed % 4)), seed) / 255;
      pixels[at] = wave(u * (5 + (seed % 5)) + v * (1 + (seed % 7)) + bent, seed);
      pixels[at + 1] = wave(v * (4 + (seed % 3)) - u * (1 + (seed % 4)) + 2 * bent, seed * 2.7);
      pixels[at + 2] = wave((u * u + v) * (3 + (seed % 6)), seed * 4.1);
    }
  }
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  return format === 'png' ? image.png().toBuffer() : image.jpeg({ quality: 90 }).toBuffer();
}

/** The same picture as somebody would pass it on: smaller, and compressed once more. */
export function passedOn(picture: Buffer): Promise<Buffer> {
  return sharp(picture).resize({ width: 288 }).jpeg({ quality: 80 }).toBuffer();
}

function wave(turns: number, phase: number): number {
  return Math.round(127.5 + 127.5 * Math.sin(turns * 2 * Math.PI + phase));
}
