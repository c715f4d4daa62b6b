import { FREQUENCIES } from './memory.ts';

/** The eight ways to turn and mirror a picture, in the order in which dihedral hashes are listed. */
export const DIHEDRAL_ORDER = [
  'original',
  'rotate-90',
  'rotate-180',
  'rotate-270',
  'flip-x',
  'flip-y',
  'flip-plus-1',
  'flip-minus-1',
] as const;

/**
 * The frequencies of the picture turned and mirrored in the eight ways: mirroring an axis negates its odd
 * frequencies, turning swaps the axes. `frequencies[0]` stands for frequency 1 in both directions.
 */
export function dihedralFrequencies(frequencies: Float32Array): Float32Array[] {
  return MOVES.map(({ places, signs }) => {
    const changed = new Float32Array(frequencies.length);
    for (let at = 0; at < frequencies.length; at++) changed[places[at]!] = signs[at]! * frequencies[at]!;
    return changed;
  });
}

interface Change {
  readonly swaps: boolean;
  readonly negates: (i: number, j: number) => boolean;
}

const CHANGES: readonly Change[] = [
  { swaps: false, negates: () => false },
  { swaps: true, negates: (_, j) => j % 2 === 0 },
  { swaps: false, negates: (i, j) => (i + j) % 2 === 1 },
  { swaps: true, negates: (i) => i % 2 === 0 },
  { swaps: false, negates: (i) => i % 2 === 0 },
  { swaps: false, negates: (_, j) => j % 2 === 0 },
  { swaps: true, negates: () => false },
  { swaps: true, negates: (i, j) => (i + j) % 2 === 1 },
];

/** For each change, where each frequency comes, and times what. */
const MOVES = CHANGES.map(({ swaps, negates }) => {
  const grid = Array.from({ length: FREQUENCIES * FREQUENCIES }, (_, at) => ({
    i: Math.floor(at / FREQUENCIES),
    j: at % FREQUENCIES,
  }));
  return {
    places: Uint16Array.from(grid, ({ i, j }) => (swaps ? j * FREQUENCIES + i : i * FREQUENCIES + j)),
    signs: Float32Array.from(grid, ({ i, j }) => (negates(i, j) ? -1 : 1)),
  };
});
