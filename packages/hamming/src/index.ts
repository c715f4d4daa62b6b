export { CODE_BITS, CODE_BYTES, hammingDistance } from './code.ts';
export { createLinearIndex, type HammingIndex, type Match } from './linear-index.ts';
