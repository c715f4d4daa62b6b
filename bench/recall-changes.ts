import sharp, { type Sharp } from 'sharp';

/** A way in which pictures change as they are passed on. */
export interface Change {
  readonly name: string;
  apply(picture: Buffer): Promise<Sharp>;
}

/** Of the JPEG that the changed picture is encoded as. */
export const QUALITIES = [20, 50, 80, 95];

export function changes(): Change[] {
  return [
    simple('encoded anew', (picture) => picture),
    ...[25, 50, 75].map((percent) =>
      sized(`resized to ${percent} %`, (side) => Math.round((side * percent) / 100)),
    ),
    ...[2, 5, 10].map(cropped),
    { name: 'border of 5 %', apply: bordered },
    { name: 'text overlay', apply: captioned },
    simple('flipped', (picture) => picture.flop()),
    simple('turned by 90 degrees', (picture) => picture.rotate(90)),
    simple('grayscale', (picture) => picture.grayscale()),
    { name: 'screenshot', apply: onScreen },
  ];
}

function simple(name: string, change: (picture: Sharp) => Sharp): Change {
  return { name, apply: (picture) => Promise.resolve(change(sharp(picture))) };
}

function sized(name: string, size: (side: number) => number): Change {
  return {
    name,
    apply: async (picture) => {
      const { width } = await sharp(picture).metadata();
      return sharp(picture).resize(size(width));
    },
  };
}

/** Half of it from each side. */
function cropped(percent: number): Change {
  return {
    name: `cropped by ${percent} %`,
    apply: async (picture) => {
      const { width, height } = await sharp(picture).metadata();
      const left = Math.round((width * percent) / 200);
      const top = Math.round((height * percent) / 200);
      return sharp(picture).extract({ left, top, width: width - 2 * left, height: height - 2 * top });
    },
  };
}

async function bordered(picture: Buffer): Promise<Sharp> {
  const { width } = await sharp(picture).metadata();
  const side = Math.round(width / 40);
  return sharp(picture).extend({ top: side, bottom: side, left: side, right: side, background: 'black' });
}

async function captioned(picture: Buffer): Promise<Sharp> {
  const { width, height } = await sharp(picture).metadata();
  const text = `<svg width="${width}" height="${height}"><text x="50%" y="92%" font-size="${Math.round(height / 12)}"
    text-anchor="middle" fill="white" stroke="black">placeholder caption</text></svg>`;
  return sharp(picture).composite([{ input: Buffer.from(text) }]);
}

/** As wide as a telephone's screen, with bars above and below. */
async function onScreen(picture: Buffer): Promise<Sharp> {
  const shown = await sharp(picture).resize(1080).png({ compressionLevel: 1 }).toBuffer();
  return sharp(shown).extend({ top: 60, bottom: 60, background: '#101010' });
}
