import { setTimeout as pause } from 'node:timers/promises';
import { Logger as GraphileLogger, run, type Runner, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { isUnreachable } from './database.ts';
import type { JobContext, JobHandlers } from './jobs.ts';

const WORKER_LOCK = 0x62_77_6a_62;
const LOCK_PAUSE_MS = 500;

export interface JobWorker {
  /** Lets the jobs under way finish. */
  stop(): Promise<void>;
}

interface WorkerOptions {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly handlers: JobHandlers;
  readonly concurrency?: number;
}

/**
 * Starts working off jobs. A failed job is tried again with growing pauses. One program at a time works: another waits
 * until that one is gone, then takes up what it had under way. Resolves once the first attempt to be the one is made.
 */
export async function startJobs(options: WorkerOptions): Promise<JobWorker> {
  const stopped = new AbortController();
  let attempted: () => void = () => {};
  const firstAttempt = new Promise<void>((resolve) => {
    attempted = resolve;
  });
  const working = (async () => {
    while (!stopped.signal.aborted) {
      try {
        await workWhileLocked(options, stopped.signal, attempted);
      } catch (error) {
        if (!isUnreachable(error))
          options.log.error({ error }, 'jobs cannot be worked off; it will be tried again');
      }
      attempted();
      if (!stopped.signal.aborted) await pause(LOCK_PAUSE_MS);
    }
  })();
  await firstAttempt;
  return {
    stop: () => {
      stopped.abort();
      return working;
    },
  };
}

/**
 * Whoever holds the lock is the only one at work, so every job that is marked as taken was taken by a program that is
 * dead: it is freed at once rather than after the hours that the queue would wait. The lock goes with its connection,
 * and with the lock the right to work.
 */
async function workWhileLocked(
  options: WorkerOptions,
  stopped: AbortSignal,
  begun: () => void,
): Promise<void> {
  const client = await options.pool.connect();
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      WORKER_LOCK,
    ]);
    if (rows[0]?.locked !== true) return;
    await client.query(`SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by))
      FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL HAVING count(*) > 0`);
    const runner = await startRunner(options);
    begun();
    await aborted(AbortSignal.any([stopped, lost.signal]));
    await runner.stop();
  } finally {
    client.release(true);
  }
}

function startRunner({ pool, log, handlers, concurrency = 4 }: WorkerOptions): Promise<Runner> {
  const taskList: TaskList = {};
  for (const [name, handler] of Object.entries(handlers)) {
    const work = handler as (payload: unknown, job: JobContext) => Promise<void>;
    taskList[name] = (payload, helpers) => work(payload, { attempt: helpers.job.attempts });
  }
  return run({
    pgPool: pool,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 2000,
    logger: graphileLogger(log),
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function graphileLogger(log: Logger): GraphileLogger {
  // Its messages at info and below tell of every job; counters do that better.
  return new GraphileLogger(() => (level, message, meta) => {
    if (level === 'error') log.error({ error: meta?.['error'] }, message);
    else if (level === 'warning') log.warn(message);
  });
}
