import { createStage } from './stages.ts';
import type { ExactIndex, IndexOptions } from './exact-index.ts';
import { LiveIndex } from './live-index.ts';
import { DEFAULT_RADIUS } from './search.ts';
import { readSnapshot } from './snapshot.ts';

/** An empty index. */
export function createIndex(options: IndexOptions = {}): ExactIndex {
  return new LiveIndex(createStage(0, DEFAULT_RADIUS), options);
}

/** The index of a snapshot that `save` has written. Rejects with a SnapshotError if anything about the file is not as written. */
export async function openIndex(path: string, options: IndexOptions = {}): Promise<ExactIndex> {
  return new LiveIndex(await readSnapshot(path), options);
}
