import { once } from 'node:events';
import { receiveMessageOnPort, Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createIndex, createIndexBuilder, openSharedIndex } from './index.ts';
import { randomCode, randomFrom } from './testing/codes.ts';

it('is read by other threads while it is added to, removed from and merged, and misses nothing', async () => {
  const random = randomFrom(21);
  const builder = createIndexBuilder({ capacity: 6000 });
  const steady = Array.from({ length: 6000 }, () => randomCode(random));
  steady.forEach((code, i) => builder.add(code, i));
  const index = await builder.build();
  const threads = [0, 1].map(() => {
    const shared = index.share();
    const file = new URL('testing/reading-thread.ts', import.meta.url);
    return new Worker(file, { workerData: { shared, steady }, transferList: [shared.port] });
  });
  let payload = 10_000;
  for (let merge = 0; merge < 4; merge++) {
    const merging = index.merge();
    const fleeting: [Uint8Array, number][] = [];
    for (let n = 0; n < 40; n++) {
      for (let i = 0; i < 50; i++) fleeting.push([randomCode(random), payload++]);
      for (const entry of fleeting.slice(-50)) index.add(...entry);
      for (const entry of fleeting.splice(0, 20)) expect(index.remove(...entry)).toBe(true);
      await new Promise(setImmediate);
    }
    await merging;
  }
  for (const thread of threads) {
    const ended = once(thread, 'message');
    thread.postMessage('stop', []);
    const [tally] = await ended;
    expect(tally.missing).toBe(0);
    expect(tally.queries).toBeGreaterThan(0);
    expect(tally.size).toBe(index.size);
  }
  await index.close();
});

it('shows to each reader what the owner has changed, also after merges', async () => {
  const index = createIndex();
  const reader = openSharedIndex(index.share());
  const one = new Uint8Array(32);
  expect(reader.search(one)).toEqual([]);
  index.add(one, 4, 2);
  expect(reader.search(one)).toEqual([{ payload: 4, distance: 0, list: 2 }]);
  await index.merge();
  await index.merge();
  index.add(one, 5);
  expect(reader.searchMany(one)).toEqual([index.search(one)]);
  expect(reader.nearest(one, 1)).toEqual([{ payload: 4, distance: 0, list: 2 }]);
  expect([...reader.pairs()]).toEqual([{ a: 4, b: 5, distance: 0 }]);
  index.remove(one, 4);
  expect(reader.size).toBe(1);
  await index.close();
  expect(reader.search(one)).toEqual([{ payload: 5, distance: 0, list: 0 }]);
});

it('lets a reader that asks nothing go on to the newest memory', async () => {
  const index = createIndex();
  const shared = index.share();
  const reader = openSharedIndex(shared);
  expect(() => openSharedIndex(shared)).toThrow(/share of its own/);
  const arrived = once(shared.port, 'message');
  index.add(new Uint8Array(32), 4);
  await index.merge();
  await arrived;
  // What came through the port has been taken up, so the memory before is nobody's.
  expect(receiveMessageOnPort(shared.port)).toBeUndefined();
  expect(reader.search(new Uint8Array(32))).toEqual([{ payload: 4, distance: 0, list: 0 }]);
  await index.close();
});

it('gives the place of a reader that has gone to the next, and refuses more than it has', async () => {
  const index = createIndex();
  const readers = Array.from({ length: 31 }, () => index.share());
  expect(() => index.share()).toThrow(/at most 32 readers/);
  readers[7]!.port.close();
  await expect.poll(() => slotOf(() => index.share())).toBe(readers[7]!.slot);
  await index.close();
});

function slotOf(share: () => { slot: number }): number | undefined {
  try {
    return share().slot;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
