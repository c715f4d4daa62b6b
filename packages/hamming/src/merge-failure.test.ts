import { expect, it, vi } from 'vitest';
import { createIndex } from './index.ts';
import * as merge from './merge.ts';

vi.mock('./merge.ts', { spy: true });

it('tells of a merge that fails, keeps what it holds and tries again after as many changes', async () => {
  vi.mocked(merge.mergedInBackground).mockRejectedValueOnce(new Error('no memory'));
  const failures: unknown[] = [];
  const index = createIndex({ mergeAfter: 10, onMergeFailure: (error) => failures.push(error) });
  for (let i = 0; i < 10; i++) index.add(new Uint8Array(32).fill(i), i);
  await expect(index.merge()).rejects.toThrow('no memory');
  expect(failures).toHaveLength(1);
  expect(index.remove(new Uint8Array(32).fill(3), 3)).toBe(true);
  for (let i = 10; i < 20; i++) index.add(new Uint8Array(32).fill(i), i);
  expect(index.merging).toBe(true);
  await index.close();
  expect(failures).toHaveLength(1);
  expect(index.size).toBe(19);
  expect(index.search(new Uint8Array(32).fill(12), 0)).toHaveLength(1);
  await expect(index.merge()).rejects.toThrow('closed');
});
