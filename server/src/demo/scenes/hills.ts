import { mix, rgb, type Canvas, type Color, type Curve, type Point } from '../canvas.ts';
import type { Random } from '../random.ts';
import { DAYLIGHTS, paintSky, type Daylight } from './sky.ts';

/** Hills one behind the other under a sky, wooded towards the front, some of them by a lake. */
export function paintHills(canvas: Canvas, random: Random): void {
  const { height } = canvas;
  const daylight = random.pick(Object.values(DAYLIGHTS));
  const lake = random.pick(['lake', 'meadow']) === 'lake';
  const ground = height * (lake ? random.between(0.58, 0.68) : 1);
  paintSky(canvas, random, daylight, lake ? ground : height * 0.75);
  const layers = random.whole(3, 5);
  const farthest = height * random.between(0.28, 0.42);
  for (let layer = 0; layer < layers; layer++) {
    const nearness = layer / (layers - 1);
    const base = farthest + (ground - farthest) * nearness * (lake ? 0.75 : 0.72);
    const outline = hillOutline(canvas, random, base, height * (0.16 - 0.08 * nearness));
    const color = mix(daylight.far, daylight.near, nearness);
    canvas.below(outline, ground, mix(color, daylight.light, 0.12), mix(color, daylight.near, 0.25));
    if (nearness >= 0.5) plantTrees(canvas, random, outline, { color, daylight, ground, nearness });
  }
  if (!lake) return;
  canvas.reflect(ground, daylight.water, canvas.width * 0.012);
  paintGlints(canvas, random, ground, daylight.light);
}

/** Slow waves with a faster one on top; `swell` is how far the outline rises and falls. */
export function hillOutline(canvas: Canvas, random: Random, base: number, swell: number): Curve {
  const waves = [1, 2.3, 4.7].map((turns) => ({
    step: (Math.PI * 2 * turns * random.between(0.6, 1.1)) / canvas.width,
    phase: random.between(0, Math.PI * 2),
    rise: swell / turns,
  }));
  return (x) => waves.reduce((y, { step, phase, rise }) => y + Math.sin(x * step + phase) * rise, base);
}

interface Forest {
  readonly color: Color;
  readonly daylight: Daylight;
  readonly ground: number;
  readonly nearness: number;
}

function plantTrees(canvas: Canvas, random: Random, outline: Curve, forest: Forest): void {
  const conifers = random.pick(['conifers', 'round']) === 'conifers';
  const leaf = mix(forest.color, forest.daylight.near, 0.6);
  let x = random.between(0, canvas.width * 0.08);
  while (x < canvas.width) {
    const tall = canvas.height * random.between(0.08, 0.17) * (0.5 + forest.nearness * 0.7);
    const foot: Point = [x, Math.min(outline(x) + tall * random.between(0.1, 0.5), forest.ground)];
    const color = mix(leaf, forest.daylight.light, random.between(0, 0.22));
    if (conifers) plantConifer(canvas, foot, tall, color);
    else plantRoundTree(canvas, foot, tall, color);
    x += tall * random.between(0.3, 1.6);
  }
}

function plantConifer(canvas: Canvas, [x, y]: Point, tall: number, color: Color): void {
  for (let tier = 0; tier < 3; tier++) {
    const bottom = y - tall * (0.08 + tier * 0.26);
    const half = tall * (0.26 - tier * 0.065);
    const tip: Point = [x, bottom - tall * 0.44];
    canvas.convex([[x - half, bottom], [x + half, bottom], tip], mix(color, rgb(0xffffff), tier * 0.05));
  }
}

function plantRoundTree(canvas: Canvas, [x, y]: Point, tall: number, color: Color): void {
  canvas.rectangle(
    x - tall * 0.04,
    y - tall * 0.45,
    tall * 0.08,
    tall * 0.45,
    mix(color, rgb(0x3a2416), 0.6),
  );
  canvas.disk([x, y - tall * 0.62], tall * 0.33, color);
  canvas.disk([x - tall * 0.08, y - tall * 0.7], tall * 0.19, mix(color, rgb(0xffffff), 0.12));
}

/** Strokes of light on water, shorter and closer together towards the horizon. */
export function paintGlints(canvas: Canvas, random: Random, horizon: number, color: Color): void {
  const depth = canvas.height - horizon;
  for (let index = 0; index < 46; index++) {
    const nearness = random.between(0.03, 1) ** 1.6;
    const half = canvas.width * (0.008 + 0.04 * nearness) * random.between(0.5, 1.4);
    const at: Point = [random.between(0, canvas.width), horizon + depth * nearness];
    canvas.ellipse(at, half, 0.6 + 2.2 * nearness, color, random.between(0.12, 0.45));
  }
}
