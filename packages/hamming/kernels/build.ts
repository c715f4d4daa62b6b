import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * node packages/hamming/kernels/build.ts [FILE]
 *
 * Compiles the kernels and writes the module that carries them: src/kernel-bytes.ts, or FILE. That module is committed, so a
 * fresh clone needs neither the compiler nor this step; a test holds it against what the sources compile to.
 */

// The memory comes from outside, is shared between threads, and may take all that 32-bit addresses reach.
const OPTIONS =
  '-O3 --noAssert --runtime stub --enable threads --enable bulk-memory --enable simd --noExportMemory ' +
  '--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536';

const target = process.argv[2] ?? fileURLToPath(new URL('../src/kernel-bytes.ts', import.meta.url));
const compiler = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));
const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
try {
  const binary = join(folder, 'kernels.wasm');
  execFileSync(process.execPath, [compiler, 'index.ts', ...OPTIONS.split(' '), '-o', binary], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  writeFileSync(target, carrying(readFileSync(binary)));
} finally {
  rmSync(folder, { recursive: true });
}

function carrying(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '// Written by kernels/build.ts; a test holds it against the sources.',
    '',
    '/** The kernels, compiled to WebAssembly, in base64. */',
    'export const KERNEL_BYTES =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}
