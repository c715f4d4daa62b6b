import type { Canvas, Color, Point } from '../canvas.ts';
import type { Random } from '../random.ts';
import { PALETTES } from './palettes.ts';

/** Flat compositions of a few simple shapes. */
export function paintShapes(canvas: Canvas, random: Random): void {
  const palette = random.pick(PALETTES);
  canvas.rectangle(-1, -1, canvas.width + 2, canvas.height + 2, random.pick([palette[0]!, palette.at(-1)!]));
  random.pick([paintDisks, paintQuarters, paintTriangles, paintArches])(canvas, random, palette);
}

function paintDisks(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const { width, height } = canvas;
  for (let index = 0; index < 11; index++) {
    const at: Point = [random.between(0, width), random.between(0, height)];
    const radius = height * random.between(0.08, 0.3);
    canvas.disk(at, radius, random.pick(palette), 0.92);
    if (index % 2 === 0) canvas.ring(at, radius * 0.72, radius * 0.16, random.pick(palette));
  }
}

/** A board of squares, each with a quarter disk in one of its corners. */
function paintQuarters(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const side = canvas.height / random.whole(3, 4);
  for (let top = 0; top < canvas.height; top += side) {
    for (let left = 0; left < canvas.width; left += side) {
      canvas.rectangle(left, top, side, side, random.pick(palette));
      const [right, down] = [random.pick([1, -1]), random.pick([1, -1])];
      const corner: Point = [right > 0 ? left : left + side, down > 0 ? top : top + side];
      paintQuarter(canvas, corner, [right * side, down * side], random.pick(palette));
      paintQuarter(canvas, corner, [right * side * 0.5, down * side * 0.5], random.pick(palette));
    }
  }
}

/** A quarter disk around `corner`, which reaches as far and to the sides that `reach` says. */
function paintQuarter(canvas: Canvas, [x, y]: Point, [across, down]: Point, color: Color): void {
  const steps = 16;
  const arc = Array.from({ length: steps + 1 }, (_, step): Point => {
    const angle = (step / steps) * (Math.PI / 2);
    return [x + Math.cos(angle) * across, y + Math.sin(angle) * down];
  });
  canvas.convex([[x, y], ...arc], color);
}

function paintTriangles(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const side = canvas.height / random.whole(3, 5);
  for (let top = 0; top < canvas.height; top += side) {
    for (let left = 0; left < canvas.width; left += side) {
      const corners: Point[] = [
        [left, top],
        [left + side, top],
        [left + side, top + side],
        [left, top + side],
      ];
      const turn = random.whole(0, 3);
      const corner = (index: number) => corners[(index + turn) % 4]!;
      canvas.rectangle(left, top, side, side, random.pick(palette));
      canvas.convex([corner(0), corner(1), corner(2)], random.pick(palette));
    }
  }
}

function paintArches(canvas: Canvas, random: Random, palette: readonly Color[]): void {
  const { width, height } = canvas;
  for (const [share, size] of [
    [0.2, 0.62],
    [0.75, 0.8],
    [0.48, 0.4],
  ] as const) {
    const foot: Point = [width * (share + random.between(-0.12, 0.12)), height * random.between(0.72, 1.05)];
    const rings = random.whole(4, 6);
    for (let ring = 0; ring < rings; ring++) {
      const radius = height * size * (1 - ring / rings);
      canvas.disk(foot, radius, palette[(ring * 2 + rings) % palette.length]!);
    }
  }
  canvas.disk(
    [width * random.between(0.1, 0.9), height * random.between(0.12, 0.3)],
    height * 0.1,
    random.pick(palette),
  );
}
