/** Side of the small picture that the hash is taken from. */
export const BLOCK_SIDE = 64;

/** A run of pixels along one axis that goes, by whole-numbered weights, into one of the 64 points of that axis. */
export interface Band {
  readonly point: number;
  readonly first: number;
  readonly weights: Int32Array;
  /** What the weighted sum is divided by; the largest weight is the window, the divisor about its square. */
  readonly divisor: number;
}

/**
 * One axis of PDQ's smoothing and picking, as the rows of a banded matrix.
 *
 * The reference runs two box filters along the axis, each with a running sum, and picks 64 points of the result. Box
 * after box is a tent, and the tents at the points are all that is used. The weights of a tent are whole numbers as
 * long as no box is cut off by the edge. With an even window, the last box of the last point is: it averages one pixel
 * less. Whatever has another divisor becomes a band of its own.
 */
export const bandsOf: (side: number) => readonly Band[] = remembered((side) => {
  const window = Math.ceil(side / (2 * BLOCK_SIDE));
  // The box at `i` reaches from `i - behind` to `i + ahead`. The reference puts the longer part ahead.
  const ahead = ((window + 2) >> 1) - 1;
  const behind = window - 1 - ahead;
  const bands: Band[] = [];
  for (let point = 0; point < BLOCK_SIDE; point++) {
    const picked = Math.floor(((point + 0.5) * side) / BLOCK_SIDE);
    const from = Math.max(0, picked - behind);
    const to = Math.min(side - 1, picked + ahead);
    const boxes = Array.from({ length: to - from + 1 }, (_, i) => ({
      first: Math.max(0, from + i - behind),
      last: Math.min(side - 1, from + i + ahead),
    }));
    for (const [count, alike] of Map.groupBy(boxes, (box) => box.last - box.first + 1)) {
      bands.push({ point, divisor: count * boxes.length, ...sumOfBoxes(alike) });
    }
  }
  return bands;
});

/** Frames of a video, and pictures from one telephone, are all of one size: the latest few are worth keeping. */
export function remembered(compute: (side: number) => readonly Band[]): (side: number) => readonly Band[] {
  const latest = new Map<number, readonly Band[]>();
  return (side) => {
    const known = latest.get(side);
    if (known) return known;
    const bands = compute(side);
    if (latest.size >= SIDES_KEPT) latest.clear();
    latest.set(side, bands);
    return bands;
  };
}

const SIDES_KEPT = 8;

interface Box {
  readonly first: number;
  readonly last: number;
}

function sumOfBoxes(boxes: readonly Box[]): { first: number; weights: Int32Array } {
  const { first } = boxes[0]!;
  const weights = new Int32Array(boxes.at(-1)!.last - first + 1);
  for (const box of boxes) for (let at = box.first; at <= box.last; at++) weights[at - first]!++;
  return { first, weights };
}
