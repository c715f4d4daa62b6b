import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

interface Compiler {
  readonly compileKernels: () => Promise<string>;
}

it('carries what the kernels compile to', async () => {
  // Beside the sources, not among them: the compiler would take AssemblyScript for TypeScript.
  const compiler: Compiler = await import(new URL('../../kernels/compile.ts', import.meta.url).href);
  const compiled = await compiler.compileKernels();
  expect(await readFile(new URL('./kernel-bytes.ts', import.meta.url), 'utf8')).toBe(compiled);
});
