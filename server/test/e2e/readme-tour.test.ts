import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, repository } from './program.ts';
import { bashBlocks, readReadme, sectionOf } from './readme.ts';

describe('the README', () => {
  let readme: string;
  beforeAll(async () => {
    readme = await readReadme();
  });

  it('shows pictures and names files that are there', async () => {
    const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(8);
    for (const target of targets) await access(join(repository, target));
  });

  it('lists every setting that there is, and none that there is not', async () => {
    const source = await readFile(join(repository, 'server/src/program/config.ts'), 'utf8');
    const settings = [...source.matchAll(/^ {2}([A-Z_]{5,}): z/gm)].map(([, name]) => name);
    const listed = [...sectionOf(readme, 'Running it').matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(
      ([, name]) => name,
    );
    expect(settings.length).toBeGreaterThan(5);
    expect(new Set(listed)).toEqual(new Set(settings));
  });

  describe('gives a tour', { timeout: 180_000 }, () => {
    let folder: string;
    let shell: ChildProcess | undefined;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'breakwater-tour-'));
    });

    // After a tour that broke off, its programs still run.
    afterAll(async () => {
      endGroup(shell);
      for (const left of await foldersOfTour(folder)) await stopBreakwater(join(folder, left, 'data'));
      await rm(folder, { recursive: true, force: true });
    });

    it('that ends, word for word, with a closed case, three webhooks and a report number', async () => {
      shell = spawn('bash', ['-s'], {
        cwd: repository,
        env: { ...cleanEnvironment(), TMPDIR: folder },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      });
      // Pasted into a shell, as a reader does, that stops at the first line that fails.
      const tour = bashBlocks(sectionOf(readme, 'A tour in ten minutes'));
      expect(tour).toHaveLength(8);
      const { said, complained, code } = await paste(shell, ['set -e\n', ...tour].join(''));

      expect({ code, complained }).toEqual({ code: 0, complained: expect.not.stringContaining('BW-') });
      expect(said).toMatch(/fingerprint: 'pdq',\n {2}distance: \d/);
      expect(said).toMatch(/^unscanned$/m);
      expect(said).toMatch(/^List my-list: 9 read, 9 added, 0 there already\.$/m);
      expect(said).toMatch(/^\d+ {2}Harbor pictures$/m);
      expect(said).toMatch(/^There is no preview: it is known material/m);
      expect(said).toMatch(/^The case is closed$/m);
      for (const action of ['remove-group', 'ban-account', 'quarantine-media'])
        expect(said).toMatch(
          new RegExp(`^webhook \\S+: .*"type":"action.requested".*"action":"${action}"`, 'm'),
        );
      expect(said).not.toContain('refused: a request');
      expect(said).toMatch(/^The report number is \d+$/m);
      expect(said).toMatch(/^<fileViewedByEsp>false$/m);
      expect(said).not.toContain('<fileViewedByEsp>true');
      expect(said).toMatch(
        /^The ledger is intact: \d+ events, head [0-9a-f]{64}\. \d+ signed checkpoints? fits?, the last over \d+ events\.$/m,
      );
      expect(said).toMatch(/^Breakwater has stopped\.$/m);
      expect(await foldersOfTour(folder)).toEqual([]);
    });
  });
});

/** What `mktemp -d` has made and nobody has removed. */
async function foldersOfTour(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('tmp.'));
}

async function paste(shell: ChildProcess, text: string) {
  const said: string[] = [];
  const complained: string[] = [];
  shell.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  shell.stderr?.on('data', (chunk: Buffer) => complained.push(chunk.toString()));
  const ended = once(shell, 'exit').then(([code]) => Number(code));
  shell.stdin?.end(text);
  const code = await ended;
  return { code, said: said.join(''), complained: complained.join('') };
}

/** Ends what is left of a shell and of all that it started in the foreground or with &. */
function endGroup(shell: ChildProcess | undefined): void {
  if (shell?.pid === undefined) return;
  try {
    process.kill(-shell.pid, 'SIGKILL');
  } catch (error) {
    // All of them have ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function stopBreakwater(data: string): Promise<void> {
  const down = spawn(join(repository, 'bin', 'down'), ['--data', data], {
    env: cleanEnvironment(),
    stdio: 'ignore',
  });
  await once(down, 'exit');
}
