/** For tests and measurements: disks, slopes and noise, the same for the same seed. */
export function noisyShapes(width: number, height: number, seed: number): Uint8Array {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const disks = Array.from({ length: 6 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (random() * (width + height)) / 6,
    shade: random() * 200 - 100,
  }));
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    const slope = (200 * x) / width + (55 * y) / height;
    const within = disks.filter((disk) => Math.hypot(x - disk.x, y - disk.y) < disk.radius);
    const shade = within.reduce((sum, disk) => sum + disk.shade, slope + random() * 20);
    return Math.max(0, Math.min(255, shade));
  });
}
