export type Color = readonly [red: number, green: number, blue: number];
export type Point = readonly [x: number, y: number];
/** Height of an outline above each x, in pixels from the top. */
export type Curve = (x: number) => number;

/** The color that is written `0xRRGGBB`. */
export function rgb(hex: number): Color {
  return [hex >> 16, (hex >> 8) & 0xff, hex & 0xff];
}

/** `share` 0 is `from`, 1 is `to`. */
export function mix(from: Color, to: Color, share: number): Color {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** Pixels to draw on, with smooth edges. Lengths are in pixels; what lies outside is left out. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, row by row from the top. */
  readonly data: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
  }

  /** Lays a color over one pixel; `cover` 0 leaves it as it is, 1 hides it. */
  blend(x: number, y: number, color: Color, cover: number): void {
    const { data } = this;
    const at = (y * this.width + x) * 3;
    data[at] = data[at]! + (color[0] - data[at]!) * cover;
    data[at + 1] = data[at + 1]! + (color[1] - data[at + 1]!) * cover;
    data[at + 2] = data[at + 2]! + (color[2] - data[at + 2]!) * cover;
  }

  /** Rows from `top` to `bottom` that pass from one color to the other. */
  gradient(top: number, bottom: number, from: Color, to: Color): void {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.height, bottom); y++) {
      const color = mix(from, to, Math.min(1, Math.max(0, (y - top) / (bottom - top))));
      for (let x = 0; x < this.width; x++) this.blend(x, y, color, 1);
    }
  }

  /** Everything under an outline, down to `bottom`, which passes from `crest` to `foot`. */
  below(outline: Curve, bottom: number, crest: Color, foot: Color = crest): void {
    const end = Math.min(this.height, Math.ceil(bottom));
    for (let x = 0; x < this.width; x++) {
      const top = outline(x + 0.5);
      for (let y = Math.max(0, Math.floor(top)); y < end; y++) {
        const share = (y - top) / Math.max(1, bottom - top);
        this.blend(x, y, mix(crest, foot, Math.min(1, Math.max(0, share))), Math.min(1, y + 1 - top));
      }
    }
  }

  disk([x, y]: Point, radius: number, color: Color, cover = 1): void {
    this.ellipse([x, y], radius, radius, color, cover);
  }

  ellipse([cx, cy]: Point, rx: number, ry: number, color: Color, cover = 1): void {
    const narrow = Math.min(rx, ry);
    this.#within(
      cx - rx,
      cy - ry,
      cx + rx,
      cy + ry,
      (x, y) => {
        const inside = (1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) * narrow + 0.5;
        return Math.min(1, inside) * cover;
      },
      color,
    );
  }

  /** A ring of the given width, measured inwards from `radius`. */
  ring([cx, cy]: Point, radius: number, width: number, color: Color): void {
    this.#within(
      cx - radius,
      cy - radius,
      cx + radius,
      cy + radius,
      (x, y) => {
        const distance = Math.hypot(x - cx, y - cy);
        return Math.min(1, radius - distance + 0.5, distance - radius + width + 0.5);
      },
      color,
    );
  }

  /** Light around a point, which fades out towards `radius`. */
  glow([cx, cy]: Point, radius: number, color: Color, strength: number): void {
    this.#within(
      cx - radius,
      cy - radius,
      cx + radius,
      cy + radius,
      (x, y) => {
        const fade = 1 - Math.hypot(x - cx, y - cy) / radius;
        return fade > 0 ? fade * fade * strength : 0;
      },
      color,
    );
  }

  /** A polygon without dents, its corners in either direction. */
  convex(corners: readonly Point[], color: Color, cover = 1): void {
    const edges = edgesOf(corners);
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    this.#within(
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs),
      Math.max(...ys),
      (x, y) => {
        let inside = 1;
        for (const { nx, ny, offset } of edges) inside = Math.min(inside, nx * x + ny * y - offset + 0.5);
        return inside * cover;
      },
      color,
    );
  }

  rectangle(x: number, y: number, width: number, height: number, color: Color, cover = 1): void {
    this.convex(
      [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
      ],
      color,
      cover,
    );
  }

  /** Fills everything from `horizon` down with what stands above it, upside down, rippled and tinted. */
  reflect(horizon: number, tint: Color, ripple: number): void {
    const { width, height, data } = this;
    const line = Math.round(horizon);
    for (let y = line; y < height; y++) {
      const depth = (y - line) / Math.max(1, height - line);
      const mirrored = Math.max(0, line - 1 - (y - line));
      const sway = Math.sin(y * 0.55) * Math.cos(y * 0.13) * ripple * (0.2 + depth);
      for (let x = 0; x < width; x++) {
        const from = (mirrored * width + Math.min(width - 1, Math.max(0, Math.round(x + sway)))) * 3;
        const seen: Color = [data[from]!, data[from + 1]!, data[from + 2]!];
        this.blend(x, y, mix(seen, tint, 0.25 + 0.35 * depth), 1);
      }
    }
  }

  /** Lays a color over a box, at each pixel as far as `cover` says for its middle. */
  #within(
    left: number,
    top: number,
    right: number,
    bottom: number,
    cover: (x: number, y: number) => number,
    color: Color,
  ): void {
    const endX = Math.min(this.width, Math.ceil(right) + 1);
    const endY = Math.min(this.height, Math.ceil(bottom) + 1);
    for (let y = Math.max(0, Math.floor(top) - 1); y < endY; y++) {
      for (let x = Math.max(0, Math.floor(left) - 1); x < endX; x++) {
        const share = cover(x + 0.5, y + 0.5);
        if (share > 0) this.blend(x, y, color, share);
      }
    }
  }
}

interface Edge {
  /** Unit vector that points inwards. */
  readonly nx: number;
  readonly ny: number;
  readonly offset: number;
}

function edgesOf(corners: readonly Point[]): Edge[] {
  let doubleArea = 0;
  for (const [index, [x, y]] of corners.entries()) {
    const [nextX, nextY] = corners[(index + 1) % corners.length]!;
    doubleArea += x * nextY - nextX * y;
  }
  const turn = Math.sign(doubleArea);
  return corners.map(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length]!;
    const length = Math.hypot(nextX - x, nextY - y) || 1;
    const nx = (-(nextY - y) / length) * turn;
    const ny = ((nextX - x) / length) * turn;
    return { nx, ny, offset: nx * x + ny * y };
  });
}
