/** Writes the compiled kernels anew: `node packages/perceptual/kernels/build.ts`. */
import { writeFile } from 'node:fs/promises';
import { compileKernels } from './compile.ts';

await writeFile(new URL('../src/pdq/kernel-bytes.ts', import.meta.url), await compileKernels());
