import { mix, rgb, type Canvas, type Color, type Point } from '../canvas.ts';
import type { Random } from '../random.ts';
import { hillOutline, paintGlints } from './hills.ts';
import { DAYLIGHTS, paintSky, type Daylight } from './sky.ts';

const FACADES = [0xe4572e, 0xf2c14e, 0xf7f3e3, 0x76b39d, 0x4a6fa5, 0xd98e73, 0xb5446e, 0x8fb8de].map(rgb);
const HULLS = [0xb23a48, 0x1d3557, 0xf1faee, 0x2a9d8f, 0xe9c46a].map(rgb);

/** Houses along a quay, mirrored in the water, and boats in front of them. */
export function paintHarbor(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  const daylight = random.pick(Object.values(DAYLIGHTS));
  const quay = height * random.between(0.5, 0.6);
  paintSky(canvas, random, daylight, quay);
  const slope = hillOutline(canvas, random, height * 0.34, height * 0.12);
  canvas.below(slope, quay, mix(daylight.far, daylight.near, 0.25), mix(daylight.far, daylight.near, 0.5));
  paintHouses(canvas, random, quay, daylight);
  canvas.rectangle(0, quay - height * 0.02, width, height * 0.02, mix(daylight.near, rgb(0xb8b0a2), 0.5));
  canvas.reflect(quay, daylight.water, width * 0.014);
  paintGlints(canvas, random, quay, daylight.light);
  for (const [depth, size] of [
    [0.16, 0.11],
    [0.4, 0.17],
    [0.74, 0.26],
  ] as const) {
    const boats = depth < 0.3 ? 3 : 1 + random.whole(0, 1);
    for (let boat = 0; boat < boats; boat++) {
      const x = width * ((boat + random.between(0.15, 0.85)) / boats);
      paintBoat(canvas, random, [x, quay + (height - quay) * depth], height * size, daylight);
    }
  }
}

function paintHouses(canvas: Canvas, random: Random, quay: number, daylight: Daylight): void {
  const { width, height } = canvas;
  let x = -width * random.between(0, 0.08);
  while (x < width) {
    if (random.between(0, 1) < 0.12) {
      x += width * random.between(0.05, 0.12);
      continue;
    }
    const wide = width * random.between(0.07, 0.13);
    const tall = height * random.between(0.14, 0.27);
    paintHouse(canvas, random, { x, foot: quay - height * 0.015, wide, tall }, daylight);
    x += wide;
  }
}

interface House {
  readonly x: number;
  readonly foot: number;
  readonly wide: number;
  readonly tall: number;
}

function paintHouse(
  canvas: Canvas,
  random: Random,
  { x, foot, wide, tall }: House,
  daylight: Daylight,
): void {
  const dim = (color: Color, share = 0.6) => (daylight.night ? mix(color, daylight.zenith, share) : color);
  const facade = random.pick(FACADES);
  const eaves = foot - tall;
  const ridge = eaves - wide * random.between(0.3, 0.55);
  canvas.rectangle(x, eaves, wide, tall, dim(facade));
  canvas.convex(
    [
      [x - wide * 0.04, eaves],
      [x + wide * 1.04, eaves],
      [x + wide / 2, ridge],
    ],
    dim(rgb(random.pick([0x7a3b2e, 0x4d4a52, 0x93563f]))),
  );
  const floors = Math.max(2, Math.round(tall / (canvas.height * 0.075)));
  for (let floor = 0; floor < floors; floor++) {
    for (const across of [0.2, 0.6]) {
      const lit = daylight.night && random.between(0, 1) < 0.55;
      const pane = lit ? rgb(0xffd978) : dim(mix(rgb(0x26323f), facade, 0.15), 0.5);
      canvas.rectangle(
        x + wide * across,
        eaves + (tall * (floor + 0.22)) / floors,
        wide * 0.2,
        (tall * 0.5) / floors,
        pane,
      );
    }
  }
}

function paintBoat(canvas: Canvas, random: Random, [x, y]: Point, size: number, daylight: Daylight): void {
  const dim = (color: Color) => (daylight.night ? mix(color, daylight.zenith, 0.4) : color);
  const toward = random.pick([-1, 1]);
  const hull = dim(random.pick(HULLS));
  const at = (along: number, up: number): Point => [x + toward * along * size, y - up * size];
  canvas.ellipse([x, y + size * 0.02], size * 0.72, size * 0.06, rgb(0x0a1626), 0.35);
  canvas.convex([at(-0.62, 0.2), at(0.75, 0.24), at(0.5, 0), at(-0.5, 0)], hull);
  canvas.convex([at(-0.62, 0.2), at(0.75, 0.24), at(0.73, 0.19), at(-0.6, 0.15)], dim(rgb(0xfdfcf7)));
  if (random.pick(['sail', 'cabin']) === 'sail') {
    canvas.convex([at(-0.02, 0.2), at(0.02, 0.2), at(0.02, 1.35), at(-0.02, 1.35)], dim(rgb(0x5b4636)));
    canvas.convex([at(-0.05, 0.32), at(-0.52, 0.34), at(-0.05, 1.25)], dim(rgb(0xfffdf5)));
    canvas.convex([at(0.06, 0.32), at(0.58, 0.32), at(0.06, 1.12)], dim(random.pick(FACADES)));
    return;
  }
  canvas.convex([at(-0.4, 0.2), at(0.2, 0.2), at(0.12, 0.52), at(-0.36, 0.52)], dim(rgb(0xfdfcf7)));
  for (const along of [-0.28, -0.06]) {
    canvas.convex(
      [at(along, 0.3), at(along + 0.14, 0.3), at(along + 0.14, 0.44), at(along, 0.44)],
      dim(rgb(0x33526b)),
    );
  }
  canvas.convex([at(-0.42, 0.52), at(0.2, 0.52), at(0.17, 0.58), at(-0.4, 0.58)], hull);
}
