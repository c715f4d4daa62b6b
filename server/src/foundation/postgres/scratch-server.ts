import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from './index.ts';

/** For tests only: the PostgreSQL to test with, the one that comes with Breakwater unless told otherwise. */
export const binFolder = process.env['BREAKWATER_POSTGRES_BIN'];

/** For tests only: a folder that is removed when the test ends, after the server in any of `databases` was stopped. */
export async function scratchFolder(...databases: string[]): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'breakwater-scratch-')));
  onTestFinished(async () => {
    for (const database of ['.', ...databases]) await stopIn(join(folder, database));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** For tests only: starts PostgreSQL in `folder`, silently unless given a log. */
export async function startIn(
  folder: string,
  log: (line: string) => void = () => undefined,
): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder, log, binFolder });
}

/** For tests only: runs one query on a connection of its own and returns the rows. */
export async function query<Row extends object>(
  postgres: EmbeddedPostgres,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client(postgres.connection);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** For tests only: another program, in a process group of its own, that starts PostgreSQL in `folder` and stays. */
export function otherProgram(folder: string): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL(`./index${extension}`, import.meta.url).href)});
    const [folder, binFolder] = process.argv.slice(1);
    await startEmbeddedPostgres({ folder, binFolder, log: () => undefined });
    console.log('started');
    setInterval(() => undefined, 1000);`;
  const args = [
    '--input-type=module',
    '--eval',
    script,
    folder,
    ...(binFolder === undefined ? [] : [binFolder]),
  ];
  const program = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  return program;
}

async function stopIn(folder: string): Promise<void> {
  const left = await findEmbeddedPostgres({ folder, log: () => undefined });
  await left?.stop();
}
