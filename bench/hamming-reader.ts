/* A thread of hamming-subject.ts that queries at a steady rate until it is told to stop. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openSharedIndex, type SharedIndex } from '@breakwater/hamming';

const QUERIES_PER_SECOND = 1050;
const DIFFERENT = 10_000;

const { shared, codes }: { shared: SharedIndex; codes: string } = workerData;
const index = openSharedIndex(shared);
const queries = new Uint8Array(DIFFERENT * 32);
const file = openSync(codes, 'r');
readSync(file, queries, 0, queries.length, 0);
closeSync(file);

const stop = new AbortController();
parentPort!.once('message', () => stop.abort());
for (let i = 0; i < 200; i++) index.search(queries.subarray(i * 32, i * 32 + 32));
parentPort!.postMessage('begun', []);

const ms: number[] = [];
const start = performance.now();
while (!stop.signal.aborted) {
  const due = ((performance.now() - start) / 1000) * QUERIES_PER_SECOND;
  while (ms.length < due && !stop.signal.aborted) {
    const at = (ms.length % DIFFERENT) * 32;
    const query = queries.slice(at, at + 32);
    query[ms.length % 32]! ^= 0x11;
    const begin = performance.now();
    index.search(query);
    ms.push(performance.now() - begin);
    if (ms.length % 16 === 0) await new Promise(setImmediate);
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
parentPort!.postMessage({ perSecond: ms.length / ((performance.now() - start) / 1000), ms }, []);
