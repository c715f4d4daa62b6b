import { Worker } from 'node:worker_threads';
import type { Scratch } from './construction-step.ts';
import { kernelModule } from './kernels.ts';
import { bitOrderOf, writeBitOrder } from './layout.ts';
import { stagesOf } from './stages.ts';
import type { SharedMemory } from './web-assembly.ts';
import { workspaceOf } from './workspace.ts';

/** Builds the base in threads of its own. Rejects if one of them fails or ends. */
export async function construct(memory: SharedMemory, count: number, threads: number): Promise<void> {
  const crew = Array.from(
    { length: threads },
    (_, thread) =>
      new Worker(WORKER, {
        workerData: { memory, module: kernelModule(), scratch: scratchOf(memory, count, thread, threads) },
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

/** What a thread has of the workspace for itself. */
export function scratchOf(memory: SharedMemory, count: number, thread: number, threads: number): Scratch {
  const { scratch, scratchBytes } = workspaceOf(memory, count, threads);
  const bytes = Math.floor(scratchBytes / threads / 64) * 64;
  return { at: scratch + thread * bytes, bytes };
}
