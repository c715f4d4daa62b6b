import { Logger as GraphileLogger, run, type Runner, type TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Transaction } from './database.ts';

/** What each job carries. Each folder adds its own by declaration merging. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging
export interface Jobs {}

export type JobHandlers = {
  readonly [Name in keyof Jobs]: (payload: Jobs[Name], job: JobContext) => Promise<void>;
};

export interface JobContext {
  /** 1 on the first try. */
  readonly attempt: number;
}

export interface EnqueueOptions {
  readonly runAt?: Date;
  /** A job with the same key that has not started is replaced: at most one of it waits. */
  readonly key?: string;
  /** Jobs of one queue run one after another. */
  readonly queue?: string;
}

/** The most that the queue counts to. With pauses of up to six hours that is years: a job is never given up. */
const MAX_ATTEMPTS = 32_767;

/** Enqueues a job in the caller's transaction: it exists if, and only if, the transaction commits. */
export async function enqueue<Name extends keyof Jobs>(
  trx: Transaction,
  name: Name,
  payload: Jobs[Name],
  options: EnqueueOptions = {},
): Promise<void> {
  await sql`SELECT graphile_worker.add_job(
    identifier => ${name}::text, payload => ${JSON.stringify(payload)}::json,
    queue_name => ${options.queue ?? null}::text, run_at => ${options.runAt?.toISOString() ?? null}::timestamptz,
    job_key => ${options.key ?? null}::text, max_attempts => ${MAX_ATTEMPTS}::integer)`.execute(trx);
}

const WORKER_LOCK = 0x62_77_6a_62;

/**
 * Starts working off jobs; `stop` lets those under way finish. A failed job is tried again with growing pauses.
 * One program at a time works: another waits until that one is gone, then takes up what it had under way.
 */
export async function startJobs(options: {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly handlers: JobHandlers;
  readonly concurrency?: number;
}): Promise<{ stop(): Promise<void> }> {
  const lock = await takeWorkerLock(options.pool);
  const taskList: TaskList = {};
  for (const [name, handler] of Object.entries(options.handlers)) {
    taskList[name] = (payload, helpers) =>
      (handler as (payload: unknown, job: JobContext) => Promise<void>)(payload, {
        attempt: helpers.job.attempts,
      });
  }
  const runner: Runner = await run({
    pgPool: options.pool,
    taskList,
    concurrency: options.concurrency ?? 4,
    noHandleSignals: true,
    pollInterval: 2000,
    logger: graphileLogger(options.log),
  });
  return {
    stop: async () => {
      await runner.stop();
      lock.release(true);
    },
  };
}

/**
 * Whoever holds this lock is the only one at work, so every job that is marked as taken was taken by a program that is
 * dead: it is freed at once rather than after the hours that the queue would wait.
 */
async function takeWorkerLock(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  await client.query('SELECT pg_advisory_lock($1)', [WORKER_LOCK]);
  await client.query(`SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by))
    FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL HAVING count(*) > 0`);
  return client;
}

/** Jobs that failed several times and wait for another try: shown to people, never silent. */
export async function troubledJobs(pool: pg.Pool): Promise<{ name: string; count: number }[]> {
  const result = await pool.query<{ name: string; count: number }>(
    `SELECT t.identifier AS name, count(*)::int AS count FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE j.attempts >= 3 GROUP BY 1 ORDER BY 1`,
  );
  return result.rows;
}

function graphileLogger(log: Logger): GraphileLogger {
  // Its messages at info and below tell of every job; counters do that better.
  return new GraphileLogger(() => (level, message, meta) => {
    if (level === 'error') log.error({ error: meta?.['error'] }, message);
    else if (level === 'warning') log.warn(message);
  });
}
