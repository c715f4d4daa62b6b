/*
 * The subject of bench/hamming.ts, in a process of its own so that its memory can be weighed.
 *
 * usage: hamming-subject.ts build CODES QUERIES RADIUS PASSES THREADS SNAPSHOT | load SNAPSHOT | serve SNAPSHOT CODES SECONDS
 * Prints one line of JSON.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { createIndexBuilder, type ExactIndex, openIndex } from '@breakwater/hamming';

const BYTES = 32;
const CHUNK = 100_000;
const ADDS_PER_SECOND = 60_000;

const [task, ...args] = process.argv.slice(2);
if (task === 'build') await build(args);
else if (task === 'load') await load(args);
else await serve(args);

async function build([
  codes = '',
  queries = '',
  radius = '',
  passes = '',
  threads = '',
  snapshot = '',
]: string[]): Promise<void> {
  const count = statSync(codes).size / BYTES;
  const builder = createIndexBuilder({ capacity: count, threads: Number(threads) });
  let seconds = 0;
  let cpu = 0;
  const file = openSync(codes, 'r');
  const chunk = new Uint8Array(CHUNK * BYTES);
  for (let at = 0; at < count; at += CHUNK) {
    const size = Math.min(CHUNK, count - at);
    readSync(file, chunk, 0, size * BYTES, at * BYTES);
    // The input of the build, as the codes are: FAISS numbers its own.
    const payloads = Uint32Array.from({ length: size }, (_, i) => at + i);
    const start = performance.now();
    const startCpu = process.cpuUsage();
    builder.addMany(chunk.subarray(0, size * BYTES), payloads);
    seconds += (performance.now() - start) / 1000;
    cpu += secondsOf(process.cpuUsage(startCpu));
  }
  closeSync(file);
  const start = performance.now();
  const startCpu = process.cpuUsage();
  const index = await builder.build();
  seconds += (performance.now() - start) / 1000;
  cpu += secondsOf(process.cpuUsage(startCpu));
  const all = readFileSync(queries);
  const answers = measure(index, all, Number(radius), Number(passes));
  const memory = { resident: statusOf('VmRSS'), peak: statusOf('VmHWM') };
  await index.save(snapshot);
  console.log(JSON.stringify({ build: seconds, buildCpu: cpu, ...answers, ...memory }));
}

/** Each query's best time of several passes over all: other work on the machine disturbs one, hardly all. */
function measure(
  index: ExactIndex,
  queries: Uint8Array,
  radius: number,
  passes: number,
): { ms: number[]; found: number[] } {
  const count = queries.length / BYTES;
  const ms = Array.from({ length: count }, () => Number.POSITIVE_INFINITY);
  const found = Array.from({ length: count }, () => 0);
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      const answer = index.search(queries.subarray(i * BYTES, (i + 1) * BYTES), radius);
      ms[i] = Math.min(ms[i]!, performance.now() - start);
      found[i] = answer.length;
    }
  }
  return { ms, found };
}

function secondsOf({ user, system }: { user: number; system: number }): number {
  return (user + system) / 1e6;
}

async function load([snapshot = '']: string[]): Promise<void> {
  const start = performance.now();
  const index = await openIndex(snapshot);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ load: seconds, size: index.size, resident: statusOf('VmRSS') }));
}

/** Adds at a steady rate, more than enough to set off a merge, while another thread queries at one. */
async function serve([snapshot = '', codes = '', seconds = '']: string[]): Promise<void> {
  const index = await openIndex(snapshot, { mergeAfter: 200_000 });
  const shared = index.share();
  const reader = new Worker(new URL('hamming-reader.ts', import.meta.url), {
    workerData: { shared, codes },
    transferList: [shared.port],
  });
  const tally = Promise.withResolvers<{ perSecond: number; ms: number[] }>();
  reader
    .once('error', tally.reject)
    .on('message', (message: 'begun' | { perSecond: number; ms: number[] }) => {
      if (message === 'begun') begun.resolve();
      else tally.resolve(message);
    });
  const begun = Promise.withResolvers<void>();
  await begun.promise;
  // New codes: those of the file, each a byte further on.
  const fresh = new Uint8Array(1_000_000 * BYTES);
  const file = openSync(codes, 'r');
  readSync(file, fresh, 0, fresh.length, 0);
  closeSync(file);
  const start = performance.now();
  const before = index.size;
  let merges = 0;
  let merging = false;
  for (let added = 0; performance.now() - start < Number(seconds) * 1000; ) {
    const due = ((performance.now() - start) / 1000) * ADDS_PER_SECOND;
    for (; added < due; added++) {
      const at = (added % 999_999) * BYTES + 1;
      index.add(fresh.subarray(at, at + BYTES), added);
    }
    if (merging && !index.merging) merges++;
    merging = index.merging;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const adds = (index.size - before) / ((performance.now() - start) / 1000);
  reader.postMessage('stop', []);
  const { perSecond, ms } = await tally.promise;
  const sorted = ms.toSorted((a, b) => a - b);
  const [median, p99] = [sorted[ms.length >> 1], sorted[Math.floor(ms.length * 0.99)]];
  console.log(JSON.stringify({ adds, queries: perSecond, median, p99, merges, peak: statusOf('VmHWM') }));
  await reader.terminate();
  await index.close();
}

/** Bytes, from the system's own account of this process; 0 where there is none. */
function statusOf(field: string): number {
  if (process.platform !== 'linux') return 0;
  const line = readFileSync('/proc/self/status', 'utf8').match(new RegExp(`${field}:\\s+(\\d+) kB`));
  return Number(line?.[1] ?? 0) * 1024;
}
