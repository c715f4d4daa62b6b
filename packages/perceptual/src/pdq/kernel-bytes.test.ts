import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('carries what the kernels compile to', async () => {
  // Beside the sources, not among them: the compiler would take AssemblyScript for TypeScript.
  const { compileKernels } = (await import(new URL('../../kernels/compile.ts', import.meta.url).href)) as {
    compileKernels: () => Promise<string>;
  };
  expect(await readFile(new URL('./kernel-bytes.ts', import.meta.url), 'utf8')).toBe(await compileKernels());
});
