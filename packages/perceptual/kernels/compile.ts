import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

/** Compiles the kernels, and gives the module `src/pdq/kernel-bytes.ts` that carries them. Throws with the compiler's words. */
export async function compileKernels(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    const source = fileURLToPath(new URL('index.ts', import.meta.url));
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '-o', file];
    const { error } = await main([source, ...options]);
    if (error) throw new Error(`the kernels do not compile: ${error.message}`, { cause: error });
    return asModule(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asModule(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '// Written by kernels/build.ts from kernels/index.ts; a test compares the two.',
    '',
    '/** The kernels, compiled to WebAssembly, in base64. */',
    'export const KERNEL_BYTES =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}
