import { Worker } from 'node:worker_threads';
import { bandsFor } from './bands.ts';
import { chooseBitOrder } from './bit-order.ts';
import { CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { kernelModule, type Kernels, kernelsOver } from './kernels.ts';
import {
  bitOrderOf,
  createMemory,
  MOST_READERS,
  originalOrder,
  setWord,
  wordAt,
  writeBitOrder,
} from './layout.ts';
import type { SharedMemory } from './web-assembly.ts';

/** One step of building a base. Steps of one stage touch different parts of the memory, so threads may share them out. */
export type Step =
  | { readonly kind: 'order' }
  | { readonly kind: 'arrange'; readonly from: number; readonly to: number }
  | { readonly kind: 'copy' }
  | { readonly kind: 'place'; readonly low: number; readonly high: number }
  | { readonly kind: 'post'; readonly band: number };

const SAMPLE = 8192;
const PIECES = 8;
/** Parts that the kernels sort a band's entries into, and what an entry takes there. */
const PARTS = 256;
const SCRATCH_ENTRY_BYTES = 8;
/** Entries to a call of a kernel: see `kernels/construct.ts`. */
const RUN = 16_384;

/** An empty memory with room to stage `capacity` entries, cut for queries of `radius`. */
export function createStage(capacity: number, radius: number): SharedMemory {
  return createMemory({ capacity, ...bandsFor(capacity, radius) }, originalOrder());
}

/** What builds the base from the `count` entries that are staged. Each stage begins when the one before is complete. */
export function* stagesOf(memory: SharedMemory, count: number, threads: number): Generator<Step[], void> {
  setWord(memory, field.COUNT, count);
  if (count === 0) return;
  yield [{ kind: 'order' }];
  yield split(count, threads * PIECES, (from, to) => ({ kind: 'arrange', from, to }));
  const bands = wordAt(memory, field.BANDS);
  const keys = 2 ** wordAt(memory, field.WIDTH);
  yield bands === 0
    ? [{ kind: 'copy' }]
    : split(keys, threads, (low, high) => ({ kind: 'place', low, high }));
  yield Array.from({ length: Math.max(0, bands - 1) }, (_, i) => ({ kind: 'post', band: i + 1 }));
}

export function perform(memory: SharedMemory, step: Step, scratch: Scratch): void {
  const kernels = kernelsOver(memory);
  const staged = wordAt(memory, field.STAGED_CODES);
  const count = wordAt(memory, field.COUNT);
  const keys = 2 ** wordAt(memory, field.WIDTH);
  switch (step.kind) {
    case 'order':
      return orderBits(memory);
    case 'arrange':
      for (const [from, to] of runs(step.from, step.to))
        kernels.arrangeRun(staged + from * CODE_BYTES, to - from);
      return;
    case 'copy':
      for (const [from, to] of runs(0, count)) kernels.placeInOrder(from, to);
      return;
    case 'place': {
      let sum = 0;
      for (const [from, to] of runs(0, count)) sum += kernels.countFirstBand(from, to, step.low, step.high);
      for (const [low, high] of runs(step.low, step.high)) sum = kernels.sumUp(0, low, high, sum);
      for (const [from, to] of runs(0, count).toReversed())
        kernels.placeFirstBand(from, to, step.low, step.high);
      return step.high === keys ? closeTable(memory, 0) : undefined;
    }
    case 'post':
      postBand(memory, kernels, step.band, scratch);
      return closeTable(memory, step.band);
  }
}

function postBand(memory: SharedMemory, kernels: Kernels, band: number, scratch: Scratch): void {
  const all = runs(0, wordAt(memory, field.COUNT));
  new Uint8Array(memory.buffer, scratch.at, field.SCRATCH_ENTRIES).fill(0);
  for (const [from, to] of all) kernels.countParts(scratch.at, band, from, to);
  const largest = kernels.startParts(scratch.at) >>> 0;
  if (field.SCRATCH_ENTRIES + largest * SCRATCH_ENTRY_BYTES <= scratch.bytes) {
    for (const [from, to] of all) kernels.fillParts(scratch.at, band, from, to);
    for (let part = 0; part < PARTS; part++) kernels.sortPart(scratch.at, band, part);
    return;
  }
  // A part that crowded does not fit into the scratch: sort all at once.
  let sum = 0;
  for (const [from, to] of all) kernels.countBand(band, from, to);
  for (const [low, high] of runs(0, 2 ** wordAt(memory, field.WIDTH)))
    sum = kernels.sumUp(band, low, high, sum);
  for (const [from, to] of all.toReversed()) kernels.postBand(band, from, to);
}

/** A part of the memory that is one thread's alone while it builds. */
export interface Scratch {
  readonly at: number;
  readonly bytes: number;
}

/** Where the slots are: nobody reads a memory that is being built. */
export function scratchOf(memory: SharedMemory, thread: number, threads: number): Scratch {
  const bytes = Math.floor((wordAt(memory, field.SLOT_BYTES) * MOST_READERS) / threads / 64) * 64;
  return { at: wordAt(memory, field.SLOTS) + thread * bytes, bytes };
}

function runs(from: number, to: number): [number, number][] {
  const length = Math.ceil((to - from) / RUN);
  return Array.from({ length }, (_, i) => [from + i * RUN, Math.min(to, from + (i + 1) * RUN)]);
}

/** A table has one word more than keys: where the entries of the last one end. */
function closeTable(memory: SharedMemory, band: number): void {
  const table = wordAt(memory, field.TABLES) + band * wordAt(memory, field.TABLE_STRIDE);
  setWord(memory, table + 4 * 2 ** wordAt(memory, field.WIDTH), wordAt(memory, field.COUNT));
}

/** Chooses the order of bits from codes spread over all that are staged, whatever order they are in now. */
function orderBits(memory: SharedMemory): void {
  const count = wordAt(memory, field.COUNT);
  const size = Math.min(count, SAMPLE);
  const sample = new Uint8Array(size * CODE_BYTES);
  const staged = new Uint8Array(memory.buffer, wordAt(memory, field.STAGED_CODES), count * CODE_BYTES);
  for (let i = 0; i < size; i++) {
    const at = Math.floor((i * count) / size) * CODE_BYTES;
    sample.set(staged.subarray(at, at + CODE_BYTES), i * CODE_BYTES);
  }
  const bands = { bands: wordAt(memory, field.BANDS), width: wordAt(memory, field.WIDTH) };
  const now = bitOrderOf(memory).slice();
  const chosen = chooseBitOrder(sample, bands).map((place) => now[place]!);
  writeBitOrder(memory, chosen, now);
}

/** Builds the base in threads of its own. Rejects if one of them fails or ends. */
export async function construct(memory: SharedMemory, count: number, threads: number): Promise<void> {
  const crew = Array.from(
    { length: threads },
    (_, thread) =>
      new Worker(WORKER, {
        workerData: { memory, module: kernelModule(), scratch: scratchOf(memory, thread, threads) },
      }),
  );
  try {
    for (const stage of stagesOf(memory, count, threads)) {
      const waiting = [...stage];
      await Promise.all(
        crew.map(async (worker) => {
          for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
            await ask(worker, step);
        }),
      );
    }
    // Codes that come from now on arrive in the original order, and have to be put into the base's.
    writeBitOrder(memory, bitOrderOf(memory).slice());
  } finally {
    await Promise.all(crew.map((worker) => worker.terminate()));
  }
}

/** Throws a RangeError unless there is at least one thread, and no more than anyone means. */
export function checkThreads(threads: number): number {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new RangeError(`threads must be an integer from 1 to ${MOST_THREADS}, not ${threads}`);
  return threads;
}

const MOST_THREADS = 256;

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './construction-worker.ts' : './construction-worker.js',
  import.meta.url,
);

/** Has a worker perform a step. */
export async function ask(worker: Worker, message: unknown): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ended = (code: number): void =>
    reject(new Error(`a thread that builds the index ended with ${code}`));
  worker.once('message', resolve).once('error', reject).once('exit', ended);
  worker.postMessage(message, []);
  try {
    await promise;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', ended);
  }
}

function split(end: number, pieces: number, make: (from: number, to: number) => Step): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < pieces; i++) {
    const from = Math.floor((end * i) / pieces);
    const to = Math.floor((end * (i + 1)) / pieces);
    if (to > from) steps.push(make(from, to));
  }
  return steps;
}
