import { parentPort, workerData } from 'node:worker_threads';
import { openSharedIndex, type SharedIndex } from '../index.ts';
import { nearTo, randomFrom } from './codes.ts';

/** Searches, as long as it is not told to stop, for codes that are always there; counts the answers that lack one. */
const { shared, steady }: { shared: SharedIndex; steady: Uint8Array[] } = workerData;
const index = openSharedIndex(shared);
const random = randomFrom(shared.slot);
const stop = new AbortController();
parentPort!.once('message', () => stop.abort());

let queries = 0;
let missing = 0;
while (!stop.signal.aborted) {
  for (let n = 0; n < 50; n++) {
    const i = Math.floor(random() * steady.length);
    const found = index.search(nearTo(steady[i]!, 12, random), 31);
    if (!found.some(({ payload }) => payload === i)) missing++;
    queries++;
  }
  await new Promise(setImmediate);
}
parentPort!.postMessage({ queries, missing, size: index.size }, []);
parentPort!.close();
