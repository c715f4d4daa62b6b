import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('carries the kernels that their sources compile to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernels-'));
  try {
    const fresh = join(folder, 'kernel-bytes.ts');
    const build = fileURLToPath(new URL('../kernels/build.ts', import.meta.url));
    await promisify(execFile)(process.execPath, [build, fresh]);
    const carried = await readFile(new URL('kernel-bytes.ts', import.meta.url), 'utf8');
    expect(await readFile(fresh, 'utf8')).toBe(carried);
  } finally {
    await rm(folder, { recursive: true });
  }
});
