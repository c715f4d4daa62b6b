import { mix, rgb, type Canvas, type Color, type Point } from '../canvas.ts';
import type { Random } from '../random.ts';
import { paintGlints } from './hills.ts';
import { DAYLIGHTS, paintSky, type Daylight } from './sky.ts';

/** A breakwater of stones that runs out into the sea, and the lighthouse at its end. */
export function paintLighthouse(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  const daylight = random.pick(Object.values(DAYLIGHTS));
  const horizon = height * random.between(0.5, 0.62);
  paintSky(canvas, random, daylight, horizon);
  paintSea(canvas, random, daylight, horizon);
  const fromLeft = random.pick(['left', 'right']) === 'left';
  const head = width * (fromLeft ? random.between(0.42, 0.7) : random.between(0.3, 0.58));
  const deck = horizon + height * random.between(0.06, 0.12);
  paintStones(canvas, random, { shore: fromLeft ? 0 : width, head, deck, daylight });
  paintTower(canvas, random, [head + (fromLeft ? -1 : 1) * width * 0.05, deck], daylight);
  if (!daylight.night) paintGulls(canvas, random, horizon);
}

function paintSea(canvas: Canvas, random: Random, daylight: Daylight, horizon: number): void {
  const { width, height } = canvas;
  canvas.gradient(horizon, height, mix(daylight.water, daylight.horizon, 0.45), daylight.water);
  const bands = 7;
  for (let band = 0; band < bands; band++) {
    const nearness = (band + 1) / bands;
    const base = horizon + (height - horizon) * nearness ** 1.4 * 0.9;
    const step = (Math.PI * 2 * random.between(2, 3.5)) / width / (0.4 + nearness * 0.8);
    const phase = random.between(0, Math.PI * 2);
    const rise = height * 0.016 * nearness;
    const color = mix(
      daylight.water,
      band % 2 === 0 ? rgb(0x000018) : daylight.light,
      0.12 + 0.14 * nearness,
    );
    const crest = mix(color, daylight.light, 0.3);
    canvas.below((x) => base + Math.sin(x * step + phase) * rise, height, crest, color);
  }
  paintGlints(canvas, random, horizon, daylight.light);
}

interface Breakwater {
  readonly shore: number;
  readonly head: number;
  readonly deck: number;
  readonly daylight: Daylight;
}

function paintStones(canvas: Canvas, random: Random, { shore, head, deck, daylight }: Breakwater): void {
  const { height } = canvas;
  const out = Math.sign(head - shore);
  const foot = deck + height * 0.17;
  const stone = mix(daylight.near, rgb(0x9a948c), daylight.night ? 0.25 : 0.6);
  const slope: Point[] = [
    [shore, deck],
    [head, deck],
    [head + out * height * 0.12, foot],
    [shore, foot + height * 0.06],
  ];
  canvas.convex(slope, mix(stone, rgb(0x000000), 0.4));
  for (let row = 0; row < 4; row++) {
    const y = deck + height * (0.025 + row * 0.043);
    const end = Math.abs(head - shore) + height * (0.01 + row * 0.03);
    for (
      let along = random.between(-0.03, 0) * height;
      along < end;
      along += height * random.between(0.045, 0.075)
    ) {
      const at: Point = [shore + out * along, y + random.between(-0.006, 0.008) * height];
      paintStone(canvas, random, at, height * random.between(0.026, 0.036), stone);
    }
  }
  canvas.rectangle(
    Math.min(shore, head),
    deck - height * 0.012,
    Math.abs(head - shore),
    height * 0.026,
    mix(stone, rgb(0xffffff), 0.3),
  );
}

function paintStone(canvas: Canvas, random: Random, [x, y]: Point, radius: number, color: Color): void {
  const corners = Array.from({ length: 6 }, (_, corner): Point => {
    const angle = (corner / 6) * Math.PI * 2;
    return [x + Math.cos(angle) * radius * 1.15, y + Math.sin(angle) * radius * 0.8];
  });
  canvas.convex(corners, mix(color, rgb(random.pick([0xffffff, 0x000000])), random.between(0.05, 0.3)));
}

function paintTower(canvas: Canvas, random: Random, [x, foot]: Point, daylight: Daylight): void {
  const { height } = canvas;
  const tall = height * random.between(0.3, 0.36);
  const dim = (color: Color) => (daylight.night ? mix(color, daylight.zenith, 0.55) : color);
  const halfAt = (up: number) => height * (0.052 - 0.02 * up);
  const bands = random.whole(4, 6);
  const paint = random.pick([rgb(0xc8402f), rgb(0x2b4f81), rgb(0x2f2f33)]);
  for (let band = 0; band < bands; band++) {
    const [low, high] = [band / bands, (band + 1) / bands];
    const color = dim(band % 2 === 0 ? rgb(0xf7f3ea) : paint);
    const corners: Point[] = [
      [x - halfAt(low), foot - tall * low],
      [x + halfAt(low), foot - tall * low],
      [x + halfAt(high), foot - tall * high],
      [x - halfAt(high), foot - tall * high],
    ];
    canvas.convex(corners, color);
    canvas.convex(
      [corners[1]!, corners[2]!, [x, foot - tall * high], [x, foot - tall * low]],
      rgb(0x000000),
      0.12,
    );
  }
  const top = foot - tall;
  const half = halfAt(1);
  if (daylight.night) paintBeams(canvas, [x, top - half * 0.9], daylight);
  canvas.rectangle(x - half * 1.4, top - half * 0.3, half * 2.8, half * 0.35, dim(rgb(0x3a3a3f)));
  canvas.rectangle(x - half * 0.75, top - half * 1.5, half * 1.5, half * 1.25, rgb(0xffe9a3));
  canvas.rectangle(x - half * 0.06, top - half * 1.5, half * 0.12, half * 1.25, dim(rgb(0x3a3a3f)));
  canvas.convex(
    [
      [x - half, top - half * 1.45],
      [x + half, top - half * 1.45],
      [x, top - half * 2.5],
    ],
    dim(paint),
  );
  canvas.rectangle(x - half * 0.28, foot - tall * 0.1, half * 0.56, tall * 0.1, dim(rgb(0x4b3a2c)));
}

function paintBeams(canvas: Canvas, [x, y]: Point, daylight: Daylight): void {
  const { width, height } = canvas;
  const reach = width * 0.8;
  canvas.convex(
    [
      [x, y],
      [x + reach, y - height * 0.16],
      [x + reach, y + height * 0.02],
    ],
    daylight.light,
    0.28,
  );
  canvas.convex(
    [
      [x, y],
      [x - reach, y - height * 0.02],
      [x - reach, y + height * 0.16],
    ],
    daylight.light,
    0.28,
  );
  canvas.glow([x, y], height * 0.12, daylight.light, 0.9);
}

function paintGulls(canvas: Canvas, random: Random, horizon: number): void {
  const gulls = random.whole(2, 5);
  for (let gull = 0; gull < gulls; gull++) {
    const [x, y] = [canvas.width * random.between(0.1, 0.9), horizon * random.between(0.15, 0.75)];
    const span = canvas.height * random.between(0.018, 0.034);
    for (const side of [-1, 1]) {
      canvas.convex(
        [
          [x, y],
          [x + side * span, y - span * 0.45],
          [x + side * span * 0.5, y - span * 0.5],
        ],
        rgb(0x3c4657),
      );
    }
  }
}
