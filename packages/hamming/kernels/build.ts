import { writeFile } from 'node:fs/promises';
import { compileKernels } from './compile.ts';

await writeFile(new URL('../src/kernel-bytes.ts', import.meta.url), await compileKernels());
