import { type Canvas, type Color, type Point } from '../canvas.ts';
import type { Random } from '../random.ts';
import { PALETTES } from './palettes.ts';

/** Ornament that repeats, with enough variation that no two repeats are alike. */
export function paintPattern(canvas: Canvas, random: Random): void {
  const palette = random.pick(PALETTES);
  canvas.rectangle(-1, -1, canvas.width + 2, canvas.height + 2, palette[0]!);
  random.pick([paintScales, paintStripes, paintTiles, paintWaves])(canvas, random, palette);
}

/** Overlapping fans in staggered rows, from the top down. */
function paintScales(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const radius = canvas.height / random.whole(5, 7);
  const rows = Math.ceil(canvas.height / (radius * 0.5)) + 2;
  for (let row = 0; row < rows; row++) {
    for (let x = row % 2 === 0 ? 0 : radius; x < canvas.width + radius; x += radius * 2) {
      const at: Point = [x, row * radius * 0.5];
      const [outer, inner] = [random.pick(palette), random.pick(palette)];
      canvas.disk(at, radius, outer);
      canvas.disk(at, radius * 0.7, inner);
      canvas.disk(at, radius * 0.38, outer);
    }
  }
}

function paintStripes(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const { width, height } = canvas;
  const lean = height * random.between(-0.9, 0.9);
  let x = -Math.abs(lean);
  while (x < width + Math.abs(lean)) {
    const wide = width * random.between(0.03, 0.12);
    const cut = height * random.between(0.2, 0.8);
    const at = (left: number, y: number): Point => [left + (lean * y) / height, y];
    // Each reaches a pixel under the next, or the ground would shine through the seam.
    const right = x + wide + 1;
    canvas.convex([at(x, 0), at(right, 0), at(right, height), at(x, height)], random.pick(palette));
    canvas.convex([at(x, cut), at(right, cut), at(right, height), at(x, height)], random.pick(palette));
    x += wide;
  }
}

/** Square tiles, each with a diamond and a dot. */
function paintTiles(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const side = canvas.height / random.whole(4, 6);
  for (let top = 0; top < canvas.height; top += side) {
    for (let left = 0; left < canvas.width; left += side) {
      const [x, y] = [left + side / 2, top + side / 2];
      const reach = side * random.between(0.34, 0.5);
      canvas.rectangle(left, top, side, side, random.pick(palette));
      canvas.convex(
        [
          [x - reach, y],
          [x, y - reach],
          [x + reach, y],
          [x, y + reach],
        ],
        random.pick(palette),
      );
      canvas.disk([x, y], side * random.between(0.08, 0.18), random.pick(palette));
    }
  }
}

/** Bands of waves, each with a height and a length of its own. */
function paintWaves(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const { width, height } = canvas;
  const bands = random.whole(7, 10);
  let color = palette[0]!;
  for (let band = 0; band < bands; band++) {
    const base = (height * (band - 0.3)) / (bands - 1);
    const step = (Math.PI * 2 * random.between(1.2, 3.6)) / width;
    const phase = random.between(0, Math.PI * 2);
    const rise = (height / bands) * random.between(0.35, 0.85);
    color = random.pick(palette.filter((other) => other !== color));
    canvas.below((x) => base + Math.sin(x * step + phase) * rise, height, color);
  }
}
