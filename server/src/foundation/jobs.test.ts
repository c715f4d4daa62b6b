import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { createLog, enqueue, startJobs, troubledJobs, openDatabase, type JobHandlers } from './index.ts';

const log = createLog({ level: 'silent', destination: process.stderr });
const USER_REPORT = '00000000-0000-4000-8000-000000000001';

/** Handlers of which one is watched; `ran` resolves with each payload in turn. */
function watched(run: (attempt: number) => void = () => {}) {
  const waiting: ((id: string) => void)[] = [];
  const ran = () => new Promise<string>((resolve) => waiting.push(resolve));
  const handlers = {
    'screen-user-report': async ({ userReportId }: { userReportId: string }, job: { attempt: number }) => {
      waiting.shift()?.(userReportId);
      run(job.attempt);
    },
  } as unknown as JobHandlers;
  return { handlers, ran };
}

describe('jobs', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(() => desk.close());

  const jobs = async () =>
    (await desk.pool.query('SELECT locked_by, attempts, run_at FROM graphile_worker._private_jobs')).rows;
  const put = (options: Parameters<typeof enqueue>[3] = {}) =>
    desk.db
      .transaction()
      .execute((trx) => enqueue(trx, 'screen-user-report', { userReportId: USER_REPORT }, options));

  it('do not exist when the transaction that enqueued them was rolled back', async () => {
    const attempt = desk.db.transaction().execute(async (trx) => {
      await enqueue(trx, 'screen-user-report', { userReportId: USER_REPORT });
      throw new Error('placeholder');
    });
    await expect(attempt).rejects.toThrow('placeholder');
    expect(await jobs()).toEqual([]);
  });

  it('wait once for each key, the last word counting', async () => {
    await put({ key: 'one', runAt: new Date('2027-01-01T00:00:00Z') });
    await put({ key: 'one', runAt: new Date('2028-01-01T00:00:00Z') });
    await put({ key: 'other', runAt: new Date('2029-01-01T00:00:00Z') });
    const times = (await jobs()).map((job: { run_at: Date }) => job.run_at.getUTCFullYear());
    expect(new Set(times)).toEqual(new Set([2028, 2029]));
  });

  it('reach their handler with their payload and the number of the try', async () => {
    await put();
    const attempts: number[] = [];
    const { handlers, ran } = watched((attempt) => attempts.push(attempt));
    const next = ran();
    const running = await startJobs({ pool: desk.pool, log, handlers });
    expect(await next).toBe(USER_REPORT);
    await running.stop();
    expect(attempts).toEqual([1]);
    // The queue strikes off what is done without being waited for.
    await expect.poll(jobs).toEqual([]);
  });

  it('that a dead program had under way are freed at the next start, queue and all', async () => {
    await put({ queue: 'in turn' });
    await put();
    // What a program that is killed leaves behind.
    await desk.pool.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = 'dead', locked_at = now(), attempts = 1`,
    );
    await desk.pool.query(
      `UPDATE graphile_worker._private_job_queues SET locked_by = 'dead', locked_at = now()`,
    );
    const { handlers, ran } = watched();
    const both = Promise.all([ran(), ran()]);
    const running = await startJobs({ pool: desk.pool, log, handlers });
    expect(await both).toEqual([USER_REPORT, USER_REPORT]);
    await running.stop();
    await expect.poll(jobs).toEqual([]);
  });

  it('are worked off by one program at a time; the next takes over when it has stopped', async () => {
    const other = openDatabase(desk.connection, { onError: () => {} });
    const [one, two] = [watched(), watched()];
    const first = await startJobs({ pool: desk.pool, log, handlers: one.handlers });
    const second = await startJobs({ pool: other.pool, log, handlers: two.handlers });
    let taken = false;
    const bySecond = two.ran().then((report) => {
      taken = true;
      return report;
    });
    const byFirst = one.ran();
    await put();
    expect(await byFirst).toBe(USER_REPORT);
    await first.stop();
    expect(taken).toBe(false);
    await put();
    expect(await bySecond).toBe(USER_REPORT);
    await second.stop();
    await other.close();
  });

  it('are never given up, however often they failed', async () => {
    await put();
    await desk.pool.query('UPDATE graphile_worker._private_jobs SET attempts = 1000');
    const { handlers, ran } = watched();
    const next = ran();
    const running = await startJobs({ pool: desk.pool, log, handlers });
    expect(await next).toBe(USER_REPORT);
    await running.stop();
  });

  it('that failed wait for another try, and are shown once they have failed several times', async () => {
    await put();
    const { handlers, ran } = watched(() => {
      throw new Error('placeholder');
    });
    const next = ran();
    const running = await startJobs({ pool: desk.pool, log, handlers });
    await next;
    await running.stop();
    expect(await jobs()).toMatchObject([{ locked_by: null, attempts: 1 }]);
    expect(await troubledJobs(desk.pool)).toEqual([]);
    await desk.pool.query('UPDATE graphile_worker._private_jobs SET attempts = 3');
    expect(await troubledJobs(desk.pool)).toEqual([{ name: 'screen-user-report', count: 1 }]);
  });
});
