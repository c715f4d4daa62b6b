import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { clusterFolder } from './cluster.ts';
import { errorFromOutput, PostgresStartError } from './errors.ts';
import { readPidFile, stopPostmaster } from './postmaster.ts';
import { type RunAs, spawnAs } from './run-as.ts';
import { logFolder, logSince, markLog } from './server-log.ts';
import { type PostgresSettings, settingsArguments } from './settings.ts';

/** A server just started: its process, or that another one (or the remains of one) still holds the cluster. */
export type Launched =
  | { readonly outcome: 'ready'; readonly child: ChildProcess }
  | { readonly outcome: 'held' };

/** Replaying the log after a crash is bounded by max_wal_size; this is far beyond it, on any disk. */
const startLimit = 120_000;

/**
 * Starts the server on the cluster in `folder` and waits until it takes connections. It gets a session of its own, so
 * that Ctrl-C in the terminal does not end it before the program that uses it.
 * Throws a PostgresStartError when it ends instead.
 */
export async function launch(
  postgres: string,
  runAs: RunAs,
  folder: string,
  settings: PostgresSettings,
): Promise<Launched> {
  const cluster = clusterFolder(folder);
  const positions = await markLog(logFolder(folder));
  const child = spawnAs(runAs, postgres, ['-D', cluster, ...settingsArguments(settings)], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = collect(child);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => resolve(output.add(`error: ${error.message}`)));
    child.once('close', () => resolve());
  });
  if (await becomesReady(child, folder, ended)) {
    release(child);
    return { outcome: 'ready', child };
  }
  const said = output.text() + (await logSince(logFolder(folder), positions));
  if (/lock file ".*" already exists|pre-existing shared memory block/.test(said)) return { outcome: 'held' };
  throw errorFromOutput(said, folder);
}

async function becomesReady(child: ChildProcess, folder: string, ended: Promise<void>): Promise<boolean> {
  const deadline = performance.now() + startLimit;
  const gone = ended.then(() => 'gone' as const);
  while (performance.now() < deadline) {
    const pidFile = await readPidFile(clusterFolder(folder));
    if (pidFile?.pid === child.pid && pidFile?.status === 'ready') return true;
    if ((await Promise.race([gone, wait(10)])) === 'gone') return false;
  }
  if (child.pid !== undefined) await stopPostmaster(child.pid, () => undefined);
  throw new PostgresStartError(
    'failed',
    `PostgreSQL did not become ready within ${startLimit / 1000} s; its log in ${logFolder(folder)} says why.`,
  );
}

/** Lets the program end without waiting for the server; Node still collects the server's exit while it runs. */
function release(child: ChildProcess): void {
  child.stderr?.destroy();
  child.unref();
}

function collect(child: ChildProcess): { add(line: string): void; text(): string } {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-65_536);
  });
  return {
    add: (line) => {
      text += `${line}\n`;
    },
    text: () => text,
  };
}
