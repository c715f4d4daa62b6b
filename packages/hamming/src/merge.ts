import { Worker } from 'node:worker_threads';
import { bandsFor } from './bands.ts';
import { CODE_BYTES } from './code.ts';
import { construct } from './construction.ts';
import { deltaEntries } from './delta.ts';
import * as field from './fields.ts';
import { kernelModule } from './kernels.ts';
import { bitOrderOf, createMemory, wordAt, writeBitOrder } from './layout.ts';
import { Stage } from './stage.ts';
import type { SharedMemory } from './web-assembly.ts';

/** An instant of an index that goes on changing: which of its entries there were then. */
export interface Instant {
  readonly memory: SharedMemory;
  /** Entries of the delta. */
  readonly delta: number;
  readonly removals: number;
  /** One bit for each entry of the base: 1 if it was removed. */
  readonly removed: Uint8Array;
  /** Entries that were not removed. */
  readonly size: number;
}

export function instantOf(memory: SharedMemory): Instant {
  const count = wordAt(memory, field.COUNT);
  const delta = wordAt(memory, field.DELTA_COUNT);
  const removals = wordAt(memory, field.REMOVALS);
  const removed = new Uint8Array(memory.buffer, wordAt(memory, field.REMOVED), Math.ceil(count / 8)).slice();
  return { memory, delta, removals, removed, size: count + delta - removals };
}

export interface MergeSettings {
  readonly radius: number;
  readonly threads: number;
}

/**
 * A memory whose base holds all entries of an instant. Its delta takes codes as the old memory has arranged them, until
 * `writeBitOrder` tells it otherwise: what came after the instant can be copied.
 */
export async function merged(instant: Instant, { radius, threads }: MergeSettings): Promise<SharedMemory> {
  const { memory: old, size } = instant;
  const order = bitOrderOf(old).slice();
  const memory = createMemory({ capacity: size, ...bandsFor(size, radius) }, order);
  stageAll(instant, new Stage(memory, size));
  await construct(memory, size, threads);
  writeBitOrder(memory, bitOrderOf(memory).slice(), order);
  return memory;
}

/** As `merged`, in a thread of its own. */
export async function mergedInBackground(instant: Instant, settings: MergeSettings): Promise<SharedMemory> {
  const { promise, resolve, reject } = Promise.withResolvers<SharedMemory>();
  const worker = new Worker(WORKER, { workerData: { instant, settings, module: kernelModule() } });
  worker.once('message', resolve).once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the thread that merges the index ended with ${code}`)));
  return promise;
}

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './merge-worker.ts' : './merge-worker.js',
  import.meta.url,
);

function stageAll({ memory, removed, delta, removals }: Instant, stage: Stage): void {
  const count = wordAt(memory, field.COUNT);
  const codes = new Uint8Array(memory.buffer, wordAt(memory, field.CODES), count * CODE_BYTES);
  const payloads = new Uint32Array(memory.buffer, wordAt(memory, field.PAYLOADS), count);
  const lists = new Uint16Array(memory.buffer, wordAt(memory, field.LISTS), count);
  for (const [from, to] of runsKept(removed, count))
    stage.add(
      codes.subarray(from * CODE_BYTES, to * CODE_BYTES),
      payloads.subarray(from, to),
      lists.subarray(from, to),
    );
  for (const entry of deltaEntries(memory, 0, delta, removals)) {
    if (!entry.removed) stage.addOne(entry.code, entry.payload, entry.list);
  }
}

/** The runs of positions without a removed one in between. */
function* runsKept(removed: Uint8Array, count: number): Generator<[number, number], void> {
  let from = 0;
  for (let i = 0; i < removed.length; i++) {
    const byte = removed[i]!;
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if (((byte >> bit) & 1) === 0) continue;
      const position = i * 8 + bit;
      if (position > from) yield [from, position];
      from = position + 1;
    }
  }
  if (count > from) yield [from, count];
}
