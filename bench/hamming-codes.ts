import { closeSync, openSync, writeSync } from 'node:fs';
import { COPIES, type Photographs } from './hamming-photographs.ts';

const BITS = 256;
const BYTES = 32;
const CHUNK = 100_000;

/** A maker of codes, each written into the bytes it is given. */
export type Codes = (into: Uint8Array) => void;

/** Numbers from 0 to below 1 that are the same in every run (xorshift128+ in 32-bit halves would be no better here: sfc32). */
export function randomFrom(seed: number): () => number {
  let [a, b, c, counter] = [seed, 0x9e3779b9, 0x243f6a88, 1];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Codes whose bits are all fair and independent. */
export function uniformCodes(random: () => number): Codes {
  return (into) => {
    for (let i = 0; i < BYTES; i++) into[i] = Math.floor(random() * 256);
  };
}

/**
 * Codes as skewed as those of photographs, in any number.
 *
 * Each bit of a PDQ hash tells whether a frequency of the picture is above the median. So a scene is drawn as 256 normal numbers
 * with the correlations that the hashes of real photographs have between their bits (tetrachoric: sin(pi/2 phi)) and with
 * their biases. Of each scene there are as many copies as chance wills, most often one, seldom thousands (a power law), and a
 * copy shakes the numbers, so that those near zero flip first; how far it strays is drawn from the distances measured between
 * real scenes and their copies. One in a hundred scenes is a real one as it was hashed.
 */
export function skewedCodes(photographs: Photographs, random: () => number): Codes {
  const hashes = photographs.codes;
  const groups = hashes.length / (BYTES * (COPIES + 1));
  const pool = latentPool(hashes, random);
  const normals = Float32Array.from({ length: 1 << 16 }, () => normal(random));
  const distances = copyDistances(hashes);
  const scene = new Float32Array(BITS);
  let left = 0;
  return (into) => {
    if (left === 0) {
      left = Math.min(MOST_COPIES, Math.floor(1 / (1 - random())));
      if (random() < 0.01) realScene(hashes, Math.floor(random() * groups), scene);
      else drawScene(pool, random, scene);
    }
    left--;
    const angle = (Math.PI * distances[Math.floor(random() * distances.length)]!) / BITS;
    const [keep, shake] = [Math.cos(angle), Math.sin(angle)];
    const start = Math.floor(random() * normals.length);
    into.fill(0);
    for (let bit = 0; bit < BITS; bit++) {
      const value = keep * scene[bit]! + shake * normals[(start + bit * 251) & 0xffff]!;
      if (value + pool.bias[bit]! > 0) into[bit >> 3]! |= 1 << (bit & 7);
    }
  };
}

/** Writes so many codes to a file. */
export function writeCodes(path: string, count: number, codes: Codes): void {
  const file = openSync(path, 'w');
  const chunk = new Uint8Array(CHUNK * BYTES);
  for (let done = 0; done < count; done += CHUNK) {
    const size = Math.min(CHUNK, count - done);
    for (let i = 0; i < size; i++) codes(chunk.subarray(i * BYTES, (i + 1) * BYTES));
    writeSync(file, chunk, 0, size * BYTES);
  }
  closeSync(file);
}

const MOST_COPIES = 5000;
const POOL = 8192;
const MIXED = 6;

interface Pool {
  readonly latents: Float32Array;
  readonly bias: Float32Array;
}

/** Normal numbers with the correlations of real hashes; sums of a few of them have those as well, and are cheap. */
function latentPool(hashes: Uint8Array, random: () => number): Pool {
  const scenes = Array.from({ length: hashes.length / (BYTES * (COPIES + 1)) }, (_, i) =>
    signsOf(hashes.subarray(i * BYTES * (COPIES + 1), i * BYTES * (COPIES + 1) + BYTES)),
  );
  const means = Float64Array.from(
    { length: BITS },
    (_, bit) => scenes.reduce((sum, s) => sum + s[bit]!, 0) / scenes.length,
  );
  const root = cholesky(tetrachoric(scenes, means));
  const latents = new Float32Array(POOL * BITS);
  const draw = new Float64Array(BITS);
  for (let i = 0; i < POOL; i++) {
    draw.forEach((_, bit) => {
      draw[bit] = normal(random);
    });
    for (let a = 0; a < BITS; a++) {
      let sum = 0;
      for (let b = 0; b <= a; b++) sum += root[a]![b]! * draw[b]!;
      latents[i * BITS + a] = sum;
    }
  }
  // The mean of a sign with bias b is erf(b / sqrt 2), nearly b * sqrt(2 / pi) for the small biases of PDQ.
  return { latents, bias: Float32Array.from(means, (mean) => mean * Math.sqrt(Math.PI / 2)) };
}

function tetrachoric(scenes: Float32Array[], means: Float64Array): Float64Array[] {
  const table = Array.from({ length: BITS }, () => new Float64Array(BITS));
  for (const scene of scenes) {
    for (let a = 0; a < BITS; a++) {
      for (let b = 0; b <= a; b++) table[a]![b]! += scene[a]! * scene[b]!;
    }
  }
  for (let a = 0; a < BITS; a++) {
    for (let b = 0; b < a; b++) {
      const spread = Math.sqrt((1 - means[a]! ** 2) * (1 - means[b]! ** 2));
      const phi = (table[a]![b]! / scenes.length - means[a]! * means[b]!) / spread;
      table[a]![b] = Math.sin((Math.PI / 2) * phi);
    }
    table[a]![a] = 1;
  }
  return table;
}

/**
 * Lower triangle whose square is the table, or the nearest table that has one: half of a hash's bits are ones, so its correlations
 * sum to nothing, and as estimates they sum to less. They are moved toward that, and shrunk until they fit together.
 */
function cholesky(table: Float64Array[]): Float64Array[] {
  for (let share = 1; ; share *= 0.95) {
    const root = table.map(() => new Float64Array(BITS));
    let least = Number.POSITIVE_INFINITY;
    for (let a = 0; a < BITS && least > 0.01; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = a === b ? 1 + 1 / BITS : share * table[a]![b]! + 1 / BITS;
        for (let k = 0; k < b; k++) sum -= root[a]![k]! * root[b]![k]!;
        if (a === b) least = Math.min(least, sum);
        root[a]![b] = a === b ? Math.sqrt(sum) : sum / root[b]![b]!;
      }
    }
    if (least > 0.01) return root;
  }
}

function drawScene({ latents }: Pool, random: () => number, into: Float32Array): void {
  into.fill(0);
  const weights = Array.from({ length: MIXED }, () => normal(random));
  const length = Math.hypot(...weights);
  for (const weight of weights) {
    const at = Math.floor(random() * POOL) * BITS;
    for (let bit = 0; bit < BITS; bit++) into[bit]! += (weight / length) * latents[at + bit]!;
  }
  // PDQ compares with the median, so what all have in common is lost.
  const mean = into.reduce((sum, value) => sum + value, 0) / BITS;
  for (let bit = 0; bit < BITS; bit++) into[bit]! -= mean;
}

/** A real hash as a scene: how near to zero each number was is not known, so all are equally far. */
function realScene(hashes: Uint8Array, group: number, into: Float32Array): void {
  into.set(signsOf(hashes.subarray(group * BYTES * (COPIES + 1), group * BYTES * (COPIES + 1) + BYTES)));
}

function signsOf(hash: Uint8Array): Float32Array {
  return Float32Array.from({ length: BITS }, (_, bit) => ((hash[bit >> 3]! >> (bit & 7)) & 1) * 2 - 1);
}

function copyDistances(hashes: Uint8Array): number[] {
  const size = BYTES * (COPIES + 1);
  const distances: number[] = [];
  for (let at = 0; at < hashes.length; at += size) {
    for (let copy = 1; copy <= COPIES; copy++) {
      let distance = 0;
      for (let i = 0; i < BYTES; i++) {
        for (let rest = hashes[at + i]! ^ hashes[at + copy * BYTES + i]!; rest !== 0; rest &= rest - 1)
          distance++;
      }
      distances.push(distance);
    }
  }
  return distances;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
