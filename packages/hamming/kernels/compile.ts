import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles the kernels, and gives the module `src/kernel-bytes.ts` that carries them. Throws with the compiler's words. */
export async function compileKernels(): Promise<string> {
  const { main } = await import('assemblyscript/asc');
  const folder = await mkdtemp(join(tmpdir(), 'kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    const { error, stderr } = await main([
      fileURLToPath(new URL('index.ts', import.meta.url)),
      ...OPTIONS,
      '-o',
      file,
    ]);
    if (error) throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error });
    return asModule(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'threads', '--enable', 'bulk-memory'],
  // The memory comes from outside, is shared between threads and may take all that 32-bit addresses reach.
  ...[
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--noExportMemory',
  ],
];

function asModule(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '// Written by kernels/build.ts from kernels/*.ts; a test compares the two.',
    '',
    '/** The kernels, compiled to WebAssembly, in base64. */',
    'export const KERNEL_BYTES =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}
