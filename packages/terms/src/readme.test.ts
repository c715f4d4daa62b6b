import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the example of the README prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const said = [...example.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=breakwater-source', '--input-type=module-typescript', '--eval', example],
    { cwd: fileURLToPath(new URL('..', import.meta.url)) },
  );
  expect(said.length).toBeGreaterThan(3);
  expect(stdout.trimEnd().split('\n')).toEqual(said);
});
