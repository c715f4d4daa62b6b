import { bandsFor } from './bands.ts';
import type { Step } from './construction-step.ts';
import * as field from './fields.ts';
import { createMemory, originalOrder, setWord, wordAt } from './layout.ts';
import type { SharedMemory } from './web-assembly.ts';
import { partWords, placesOfParts, type Workspace, workspaceOf } from './workspace.ts';

/** An empty memory with room to stage `capacity` entries, cut for queries of `radius`. */
export function createStage(capacity: number, radius: number): SharedMemory {
  return createMemory({ capacity, ...bandsFor(capacity, radius) }, originalOrder());
}

/**
 * What builds the base from the `count` entries that are staged. Each stage begins when the one before is complete; the steps of one
 * stage touch different parts of the memory, so threads may share them out.
 */
export function* stagesOf(memory: SharedMemory, count: number, threads: number): Generator<Step[], void> {
  setWord(memory, field.COUNT, count);
  if (count === 0) return;
  const bands = wordAt(memory, field.BANDS);
  const workspace = workspaceOf(memory, count, threads);
  const pieces = (make: (from: number, to: number, counts: number) => Step): Step[] =>
    split(count, workspace.pieces, (from, to, piece) => make(from, to, workspace.counts(piece)));
  yield [{ kind: 'order' }];
  yield pieces((from, to, counts) => ({ kind: 'arrange', from, to, counts }));
  if (bands === 0) return yield [{ kind: 'copy' }];
  yield* postingsOf(memory, 0, workspace, pieces);
  yield pieces((from, to, counts) => ({ kind: 'place', from, to, counts }));
  for (let band = 1; band < bands; band++) yield* postingsOf(memory, band, workspace, pieces);
}

function* postingsOf(
  memory: SharedMemory,
  band: number,
  workspace: Workspace,
  pieces: (make: (from: number, to: number, counts: number) => Step) => Step[],
): Generator<Step[], void> {
  const { keys } = workspace;
  placesOfParts(memory, workspace, band);
  yield pieces((from, to, counts) => ({
    kind: 'fill',
    band,
    from,
    to,
    places: partWords(memory, counts, band).byteOffset,
    keys,
  }));
  const ends = partWords(memory, workspace.counts(workspace.pieces - 1), band).byteOffset;
  yield split(partsOf(memory), workspace.pieces, (from, to) => ({
    kind: 'sort',
    band,
    from,
    to,
    ends,
    keys,
  }));
  closeTable(memory, band);
}

/** Parts that the kernels cut the keys of a band into. */
function partsOf(memory: SharedMemory): number {
  return wordAt(memory, field.WIDTH) > 24 ? 512 : 256;
}

/** A table has one word more than keys: where the entries of the last one end. */
function closeTable(memory: SharedMemory, band: number): void {
  const table = wordAt(memory, field.TABLES) + band * wordAt(memory, field.TABLE_STRIDE);
  setWord(memory, table + 4 * 2 ** wordAt(memory, field.WIDTH), wordAt(memory, field.COUNT));
}

function split(end: number, pieces: number, make: (from: number, to: number, piece: number) => Step): Step[] {
  const steps: Step[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    const from = Math.floor((end * piece) / pieces);
    const to = Math.floor((end * (piece + 1)) / pieces);
    if (to > from) steps.push(make(from, to, piece));
  }
  return steps;
}
