import { mix, rgb, type Canvas, type Color, type Point } from '../canvas.ts';
import type { Random } from '../random.ts';

/** Colors of an hour of the day. */
export interface Daylight {
  readonly zenith: Color;
  readonly horizon: Color;
  readonly light: Color;
  /** What lies far away and what lies near. */
  readonly far: Color;
  readonly near: Color;
  readonly water: Color;
  readonly cloud: Color;
  readonly night: boolean;
}

export const DAYLIGHTS = {
  morning: {
    zenith: rgb(0x6fa8dc),
    horizon: rgb(0xfde2c4),
    light: rgb(0xfff3d1),
    far: rgb(0xa9bcd0),
    near: rgb(0x2f5d50),
    water: rgb(0x4d86a8),
    cloud: rgb(0xffffff),
    night: false,
  },
  noon: {
    zenith: rgb(0x2f7fd0),
    horizon: rgb(0xc9e8fb),
    light: rgb(0xfffbe0),
    far: rgb(0x8fb7c9),
    near: rgb(0x2c6e35),
    water: rgb(0x1f6f9f),
    cloud: rgb(0xffffff),
    night: false,
  },
  evening: {
    zenith: rgb(0x3b3f7a),
    horizon: rgb(0xff9e5e),
    light: rgb(0xffe08a),
    far: rgb(0xb0708a),
    near: rgb(0x2a1f3d),
    water: rgb(0x5a3d6b),
    cloud: rgb(0xffc6a5),
    night: false,
  },
  autumn: {
    zenith: rgb(0x86b6c4),
    horizon: rgb(0xf7ead0),
    light: rgb(0xfff6d8),
    far: rgb(0xc9a27e),
    near: rgb(0x8a3b1e),
    water: rgb(0x5f8a8b),
    cloud: rgb(0xfffaf0),
    night: false,
  },
  night: {
    zenith: rgb(0x0b1030),
    horizon: rgb(0x35477d),
    light: rgb(0xf4f1de),
    far: rgb(0x2c3966),
    near: rgb(0x070b1c),
    water: rgb(0x14224d),
    cloud: rgb(0x4a5a92),
    night: true,
  },
} as const satisfies Record<string, Daylight>;

/** A sky down to `horizon`, with its sun or moon, and stars or clouds. Returns where the light stands. */
export function paintSky(canvas: Canvas, random: Random, daylight: Daylight, horizon: number): Point {
  const { width, height } = canvas;
  canvas.gradient(0, horizon, daylight.zenith, daylight.horizon);
  if (daylight.night) paintStars(canvas, random, horizon);
  const light: Point = [width * random.between(0.12, 0.88), horizon * random.between(0.22, 0.7)];
  const radius = height * random.between(0.055, 0.11);
  canvas.glow(light, radius * 4.5, daylight.light, 0.75);
  canvas.disk(light, radius, daylight.light);
  if (daylight.night) {
    canvas.disk([light[0] + radius * 0.45, light[1] - radius * 0.2], radius * 0.85, daylight.zenith, 0.85);
  }
  const clouds = random.whole(2, 5);
  for (let index = 0; index < clouds; index++) {
    const at: Point = [width * random.between(0, 1), horizon * random.between(0.08, 0.55)];
    paintCloud(canvas, random, at, height * random.between(0.06, 0.13), daylight);
  }
  return light;
}

function paintStars(canvas: Canvas, random: Random, horizon: number): void {
  for (let index = 0; index < 70; index++) {
    const at: Point = [random.between(0, canvas.width), random.between(0, horizon * 0.9)];
    canvas.disk(at, random.between(0.6, 1.8), rgb(0xffffff), random.between(0.4, 0.95));
  }
}

function paintCloud(canvas: Canvas, random: Random, [x, y]: Point, size: number, daylight: Daylight): void {
  const puffs = random.whole(3, 5);
  const shade = mix(daylight.cloud, daylight.zenith, 0.35);
  for (const [lift, color] of [
    [size * 0.16, shade],
    [0, daylight.cloud],
  ] as const) {
    for (let puff = 0; puff < puffs; puff++) {
      const offset = (puff - (puffs - 1) / 2) * size * 0.75;
      const radius = size * (0.62 - Math.abs(offset / size) * 0.16);
      canvas.ellipse([x + offset, y + lift], radius * 1.15, radius * 0.72, color, 0.9);
    }
  }
}
