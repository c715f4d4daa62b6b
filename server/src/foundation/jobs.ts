import { sql } from 'kysely';
import type pg from 'pg';
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

/** Jobs that failed several times and wait for another try: shown to people, never silent. */
export async function troubledJobs(pool: pg.Pool): Promise<{ name: string; count: number }[]> {
  const result = await pool.query<{ name: string; count: number }>(
    `SELECT t.identifier AS name, count(*)::int AS count FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE j.attempts >= 3 GROUP BY 1 ORDER BY 1`,
  );
  return result.rows;
}
