import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPostgres, runToEnd, scratchData, start, stop, withDatabase } from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const canMount = process.platform === 'linux' && process.geteuid?.() === 0 && mounts();

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Starts on a folder where it cannot, and returns the one thing that it says. */
async function refusal(folder: string, port = 0): Promise<Refusal> {
  const words = ['up', '--empty', '--json', '--data', folder, '--port', String(port)];
  const { code, out, errors } = await runToEnd(words, { BREAKWATER_LOG_LEVEL: 'warn' });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(errors.trimEnd().split('\n')).toHaveLength(1);
  const { error } = JSON.parse(errors) as { error: Refusal };
  expect(error.message).toMatch(/^[A-Z][^\n]+$/);
  expect(error.message).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
  return error;
}

describe('a start that cannot be says in one sentence', () => {
  it('that the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refusal(data.folder, port)).toEqual({
      code: 'BW-START-PORT-IN-USE',
      message: `Port ${port} is in use. Choose another with --port.`,
      details: [],
    });
    taken.close();
    expect(await findPostgres(data.folder)).toBeUndefined();
  });

  it('that a file is in the way of the data folder', async () => {
    const blocked = `${data.folder}-blocked`;
    await writeFile(blocked, 'placeholder');
    for (const folder of [blocked, join(blocked, 'below')]) {
      const { code, message } = await refusal(folder);
      expect(code).toBe('BW-START-FOLDER-UNWRITABLE');
      expect(message).toContain(folder);
    }
  });

  it('that a file is in the way of the database', async () => {
    const blocked = `${data.folder}-blocked`;
    await mkdir(blocked);
    await writeFile(join(blocked, 'postgres'), 'placeholder');
    expect((await refusal(blocked)).code).toBe('BW-START-DATABASE');
  });

  it('that the database was written by a newer version of Breakwater', async () => {
    await stop(
      await withProgram(() =>
        withDatabase(data.folder, ({ pool }) =>
          pool.query(
            `INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, 'later/9999-placeholder.sql', 'x')`,
          ),
        ),
      ),
    );
    expect((await refusal(data.folder)).code).toBe('BW-START-DATABASE-NEWER');
    expect(await findPostgres(data.folder)).toBeUndefined();
  });

  it('that the database was written by a newer PostgreSQL', async () => {
    await stop(await start(data.folder));
    await writeFile(join(data.folder, 'postgres', 'cluster', 'PG_VERSION'), '99\n');
    const { code, message } = await refusal(data.folder);
    expect(code).toBe('BW-START-DATABASE');
    expect(message).toContain('99');
  });

  it('that a migration was edited after it had been applied', async () => {
    await stop(
      await withProgram(() =>
        withDatabase(data.folder, ({ pool }) =>
          pool.query(
            `UPDATE schema_migrations SET sha256 = 'x' WHERE number = (SELECT max(number) FROM schema_migrations)`,
          ),
        ),
      ),
    );
    expect((await refusal(data.folder)).message).toMatch(/edited after it had been applied/);
  });

  it('that a setting is not valid, and which, for people and for programs', async () => {
    const { code, message } = await refusal(data.folder, 70_000);
    expect(code).toBe('BW-START-CONFIG');
    expect(message).toContain('BREAKWATER_PORT');
    const forPeople = await runToEnd(['up', '--empty', '--data', data.folder, '--port', '70000']);
    expect(forPeople).toEqual({ code: 1, out: '', errors: `${message} (${code})\n` });
  });

  it('that a secret can be read by others', async () => {
    await mkdir(join(data.folder, 'secrets'), { recursive: true });
    await writeFile(join(data.folder, 'secrets', 'installation.key'), `${'0'.repeat(64)}\n`, { mode: 0o644 });
    expect((await refusal(data.folder)).message).toMatch(/can be read by others.*chmod 600/);
  });
});

describe.skipIf(!canMount)('a full disk (needs root on Linux, to mount one)', () => {
  it.each([
    ['before anything is written', '64k'],
    ['while the database is made', '24m'],
  ])('is said in one sentence when it is full %s', async (_name, size) => {
    await mkdir(data.folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', data.folder]);
    try {
      if (size === '64k')
        await writeFile(join(data.folder, 'filler'), Buffer.alloc(64 * 1024)).catch(() => {});
      expect((await refusal(data.folder)).code).toBe('BW-START-DISK-FULL');
    } finally {
      execFileSync('umount', [data.folder]);
    }
  });
});

/** Starts the program and does something while it runs. */
async function withProgram(work: () => Promise<unknown>) {
  const program = await start(data.folder);
  await work();
  return program;
}

/** Some containers let not even root mount anything. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'ignore' });
    return true;
  } catch {
    // Then the full disk cannot be rehearsed here.
    return false;
  }
}
