/** Milliseconds of the quickest of several runs: what it takes when nothing else is in the way. */
export async function quickest(runs: number, run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Shapes and grain in bytes, the same each time. */
export function syntheticPicture(width: number, height: number, channels: 1 | 3): Uint8Array {
  let state = 1;
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = Math.floor(at / channels) % width;
    const y = Math.floor(at / channels / width);
    const slope = (120 * x) / width + (60 * y) / height;
    const disk = Math.hypot(x - width / 3, y - height / 2) < height / 4 ? 60 : 0;
    data[at] = slope + disk + ((x >> 6) % 2) * (at % channels) * 10 + (state >>> 25);
  }
  return data;
}
