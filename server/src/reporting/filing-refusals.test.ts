import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog, startJobs } from '../foundation/index.ts';
import type { CyberTipline } from './authority.ts';
import { fileReport, resumeReports } from './filing.ts';
import {
  createRehearsal,
  once,
  openCase,
  orderReport,
  receivedFor,
  runDueJobs,
  runOnce,
  runUntilFiled,
  testPictures,
  type Rehearsal,
} from '../../test/reporting/index.ts';
import { retryReport } from './queue-report.ts';
import { reportPage, reportsInTrouble } from './read.ts';

const HOUR = 60 * 60 * 1000;
const idle = () => Promise.resolve();
const UNCONFIGURED: CyberTipline = { environment: 'unconfigured' };

let rehearsal: Rehearsal;
let pictures: Buffer[];

beforeAll(async () => {
  rehearsal = await createRehearsal();
  pictures = await testPictures(1);
});
afterEach(() => {
  rehearsal.spoil(() => undefined);
  rehearsal.spoilSandbox(() => undefined);
});
afterAll(() => rehearsal.close());

async function order(authority?: CyberTipline): Promise<string> {
  return orderReport(rehearsal, await openCase(rehearsal, pictures), {}, authority);
}

async function reportOf(reportId: string) {
  return (await reportPage(rehearsal.desk.db, reportId)).report;
}

async function states(reportId: string): Promise<string[]> {
  return (await receivedFor(rehearsal, reportId)).map(({ state }) => state);
}

function retry(reportId: string): Promise<void> {
  const { desk } = rehearsal;
  return retryReport(desk, { kind: 'person', id: desk.person.id }, reportId);
}

describe('an open report that lapses while it waits', () => {
  it('is begun anew and filed', async () => {
    const reportId = await order();
    rehearsal.spoil((operation) => (operation === 'fileinfo' ? 'http-500' : undefined));
    await runOnce(rehearsal, reportId);
    expect(await reportOf(reportId)).toMatchObject({ status: 'waiting' });
    rehearsal.spoil(() => undefined);
    rehearsal.desk.clock.advance(25 * HOUR);
    await runUntilFiled(rehearsal, reportId);
    expect(await states(reportId)).toEqual(['lapsed', 'finished']);
  });

  it('is begun anew also when only its finishing was in doubt', async () => {
    const reportId = await order();
    const strike = once('drop-before' as const);
    rehearsal.spoil((operation) => (operation === 'finish' ? strike() : undefined));
    await runOnce(rehearsal, reportId);
    rehearsal.desk.clock.advance(25 * HOUR);
    await runUntilFiled(rehearsal, reportId);
    expect(await states(reportId)).toEqual(['lapsed', 'finished']);
  });

  it('is not begun anew without pause by an authority that loses every report', async () => {
    const reportId = await order();
    rehearsal.spoilSandbox((operation) =>
      operation === 'upload' ? { kind: 'code', code: 5001 } : undefined,
    );
    await runOnce(rehearsal, reportId);
    expect(await reportOf(reportId)).toMatchObject({ status: 'waiting', failures: 1, external_id: null });
    expect(await states(reportId)).toHaveLength(1);
  });
});

describe('what a person has to see to', () => {
  it('is refused credentials: the report fails, is seen, and is filed once when they are right', async () => {
    const reportId = await order();
    const before = await reportsInTrouble(rehearsal.desk.db);
    const refused = { ...rehearsal.cyberTipline, client: rehearsal.strangersClient };
    await runOnce(rehearsal, reportId, refused);
    expect(await reportOf(reportId)).toMatchObject({
      status: 'failed',
      problem: expect.stringMatching(/credentials were refused/),
    });
    expect(await reportsInTrouble(rehearsal.desk.db)).toBe(before + 1);
    await runOnce(rehearsal, reportId);
    expect(await states(reportId)).toEqual([]);
    await retry(reportId);
    await runDueJobs(rehearsal);
    expect(await states(reportId)).toEqual(['finished']);
    await expect(retry(reportId)).rejects.toMatchObject({ code: 'BW-REPORT-NOT-RETRYABLE' });
  });

  it.each([
    ['a reporter without an address', { reporterEmail: '' }, /email/i],
    ['an over-long address', { reporterEmail: `${'a'.repeat(300)}@breakwater.example` }, /email/i],
  ])('is %s: nothing is sent, and a sentence says why', async (_name, changed, why) => {
    const reportId = await order();
    await runOnce(rehearsal, reportId, { ...rehearsal.cyberTipline, ...changed });
    expect(await reportOf(reportId)).toMatchObject({ status: 'failed', problem: expect.stringMatching(why) });
    expect(await states(reportId)).toEqual([]);
  });

  it('is a refusal by the authority: the report fails with its code and is not sent again by itself', async () => {
    const reportId = await order();
    const strike = once({ kind: 'code', code: 4100 } as const);
    rehearsal.spoilSandbox((operation) => (operation === 'fileinfo' ? strike() : undefined));
    await runOnce(rehearsal, reportId);
    const failed = { status: 'failed', problem: expect.stringMatching(/refused as invalid.*4100/) };
    expect(await reportOf(reportId)).toMatchObject(failed);
    rehearsal.desk.clock.advance(HOUR);
    await runDueJobs(rehearsal);
    expect(await reportOf(reportId)).toMatchObject(failed);
    await retry(reportId);
    await runDueJobs(rehearsal);
    expect(await states(reportId)).toEqual(['finished']);
  });

  it('is an environment other than the one it was ordered for', async () => {
    const reportId = await order();
    await runOnce(rehearsal, reportId, { ...rehearsal.cyberTipline, environment: 'production' });
    expect(await reportOf(reportId)).toMatchObject({
      status: 'failed',
      problem: 'It was ordered for the sandbox environment, but now production is configured.',
    });
    expect(await states(reportId)).toEqual([]);
  });

  it('is an exhibit that the vault cannot open: the report waits in sight and nothing is uploaded', async () => {
    const reportId = await order();
    const { desk } = rehearsal;
    const vault = { ...desk.vault, open: () => Promise.reject(new Error('placeholder')) };
    const deps = { ...desk, vault, cyberTipline: rehearsal.cyberTipline };
    await expect(fileReport(deps, reportId)).rejects.toThrow('placeholder');
    const { report, steps } = await reportPage(desk.db, reportId);
    expect(report).toMatchObject({ status: 'waiting', problem: expect.stringMatching(/on our side/) });
    // Nothing had left the house, so there is no doubt and the open report goes on.
    expect(steps.at(-1)).toMatchObject({ step: 'upload', outcome: 'failed' });
    await runUntilFiled(rehearsal, reportId);
    expect(await states(reportId)).toEqual(['finished']);
  });
});

describe('a desk without an account at the authority', () => {
  it('keeps the report until there is one, and files it once', async () => {
    const reportId = await order(UNCONFIGURED);
    await runOnce(rehearsal, reportId, UNCONFIGURED);
    await runOnce(rehearsal, reportId, UNCONFIGURED);
    expect(await reportOf(reportId)).toMatchObject({
      status: 'waiting',
      environment: 'unconfigured',
      problem: expect.stringMatching(/No CyberTipline account is configured/),
    });
    await resumeReports(rehearsal.desk.db);
    await runDueJobs(rehearsal);
    expect(await reportOf(reportId)).toMatchObject({ status: 'filed', environment: 'sandbox' });
    expect(await states(reportId)).toEqual(['finished']);
  });
});

it('files once when two jobs for one report are worked off at once', async () => {
  const { desk, cyberTipline } = rehearsal;
  await runDueJobs(rehearsal);
  const reportId = await order();
  await desk.pool.query(
    `SELECT graphile_worker.add_job('file-report', json_build_object('reportId', $1::text), queue_name => 'file:' || $1)
     FROM generate_series(1, 4)`,
    [reportId],
  );
  const filed = () => reportOf(reportId).then((report) => report.status === 'filed');
  const jobs = await startJobs({
    pool: desk.pool,
    log: createLog({ level: 'silent', destination: process.stderr }),
    handlers: {
      'screen-user-report': idle,
      'open-case-for-user-report': idle,
      'examine-again': idle,
      'apply-hash-lists': idle,
      'compute-preservation': idle,
      'destroy-exhibit': idle,
      'review-preservation': idle,
      'watch-clock': idle,
      'carry-out-decision': idle,
      'expire-approval': idle,
      'deliver-webhook': idle,
      'queue-report': idle,
      'scrub-vault': idle,
      'file-report': (payload) => fileReport({ ...desk, cyberTipline }, payload.reportId),
    },
    concurrency: 4,
  });
  await expect.poll(filed, { timeout: 20_000 }).toBe(true);
  await jobs.stop();
  expect(await states(reportId)).toEqual(['finished']);
  expect((await reportPage(desk.db, reportId)).steps).toHaveLength(4);
});

describe('a case of the demo', () => {
  it('is filed with a sandbox and with no real authority, whatever is configured', async () => {
    const { desk } = rehearsal;
    await desk.db.updateTable('services').set({ demo: true }).execute();
    try {
      const reportId = await order({ ...rehearsal.cyberTipline, environment: 'production' });
      const deps = {
        ...desk,
        cyberTipline: { ...rehearsal.cyberTipline, environment: 'production' as const },
      };
      await fileReport(deps, reportId);
      expect(await reportOf(reportId)).toMatchObject({
        status: 'failed',
        problem: expect.stringMatching(/demo/),
      });
      expect(await states(reportId)).toEqual([]);
      const rehearsed = await order();
      await runUntilFiled(rehearsal, rehearsed);
      expect(await reportOf(rehearsed)).toMatchObject({ status: 'filed', environment: 'sandbox' });
    } finally {
      await desk.db.updateTable('services').set({ demo: false }).execute();
    }
  });
});
