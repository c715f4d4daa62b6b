import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findEmbeddedPostgres } from '../../src/foundation/postgres/index.ts';
import { openDatabase, type OpenDatabase } from '../../src/foundation/index.ts';
import { dataFolders } from '../../src/program/index.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** One run of the command line, from its sources. */
export interface Run {
  readonly pid: number;
  /** The first line on standard output; undefined when it ended without one. */
  readonly firstLine: Promise<string | undefined>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** What it said on standard output and standard error so far. */
  readonly out: () => string;
  readonly errors: () => string;
  signal(signal: NodeJS.Signals): void;
}

const runs = new Set<ChildProcess>();

/** Runs `breakwater WORDS…`, with the settings of this machine left out and `settings` put in. */
export function run(words: readonly string[], settings: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, ['--conditions=breakwater-source', main, ...words], {
    env: { ...withoutSettings(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  runs.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    runs.delete(child);
    return { code: code as number | null, signal: signal as string | null };
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  return {
    pid: child.pid ?? 0,
    firstLine: Promise.race([line.then(([text]) => text), ended.then(() => undefined)]),
    ended,
    out: () => out,
    errors: () => errors,
    signal: (signal) => void child.kill(signal),
  };
}

/** Runs a command to its end. */
export async function runToEnd(words: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const started = run(words, settings);
  const { code } = await started.ended;
  return { code, out: started.out(), errors: started.errors() };
}

export interface Ready {
  readonly url: string;
  readonly signInLink: string;
  readonly serviceKey: string;
  readonly pid: number;
  readonly alreadyRunning: boolean;
}

export type RunningProgram = Run & { readonly ready: Ready };

/** Starts the program on `folder` without the demo and waits until it is ready. */
export async function start(
  folder: string,
  options: { readonly port?: number; readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<RunningProgram> {
  const words = ['up', '--json', '--empty', '--data', folder, '--port', String(options.port ?? 0)];
  const started = run(words, { BREAKWATER_LOG_LEVEL: 'warn', ...options.settings });
  const ready = await started.firstLine;
  if (ready === undefined) throw new Error(`the program did not start: ${started.errors()}`);
  return { ...started, ready: JSON.parse(ready) as Ready };
}

/** Ends it as a power cut would end the process, and waits until it is gone. */
export async function killHard(program: Run): Promise<void> {
  program.signal('SIGKILL');
  await program.ended;
}

export async function stop(program: Run): Promise<void> {
  program.signal('SIGTERM');
  await program.ended;
}

/** A data folder of its own; `leave` ends whatever still runs there, and removes it. */
export async function scratchData(): Promise<{ folder: string; leave: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'breakwater-program-'));
  const folder = join(root, 'data');
  return {
    folder,
    leave: async () => {
      const left = [...runs].map((child) => once(child, 'close'));
      for (const child of runs) child.kill('SIGKILL');
      await Promise.all(left);
      await (await findPostgres(folder))?.stop();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The PostgreSQL that runs on a data folder; undefined when none does. */
export function findPostgres(folder: string) {
  return findEmbeddedPostgres({ folder: dataFolders(folder).postgres, log: () => {} });
}

/** Lends the database of a program that runs, or of one that was killed while its database lives on, as its owner. */
export async function withDatabase<Result>(
  folder: string,
  work: (database: OpenDatabase) => Promise<Result>,
): Promise<Result> {
  const postgres = await findPostgres(folder);
  if (postgres === undefined) throw new Error(`no database runs on ${folder}`);
  const database = openDatabase(postgres.connection, { onError: () => {} });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Whether a process of this number is alive and not merely unreaped. */
export async function lives(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    // There is no such process.
    return false;
  }
}

/** A port that was free a moment ago, for a program that is to come back on the same one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** The environment without the settings of whoever runs the tests; the PostgreSQL to test on is kept. */
function withoutSettings(): NodeJS.ProcessEnv {
  const kept = (name: string) =>
    name === 'BREAKWATER_POSTGRES_BIN' || !/^(?:BREAKWATER_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept(name)));
}
