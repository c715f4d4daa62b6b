import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { compileKernels } from '../kernels/compile.ts';

it('carries the kernels that their sources compile to', async () => {
  const carried = await readFile(new URL('../src/kernel-bytes.ts', import.meta.url), 'utf8');
  expect(carried).toBe(await compileKernels());
});
