export { CODE_BITS, CODE_BYTES, hammingDistance } from './code.ts';
export { createIndex, openIndex } from './create-index.ts';
export type { ExactIndex, IndexOptions } from './exact-index.ts';
export { type BuilderOptions, createIndexBuilder, type IndexBuilder } from './index-builder.ts';
export { createLinearIndex, type HammingIndex, type Match } from './linear-index.ts';
export type { Found, Pair, Searchable, SearchOptions } from './search.ts';
export { openSharedIndex, type SharedIndex } from './shared-index.ts';
export { SnapshotError } from './snapshot-header.ts';
