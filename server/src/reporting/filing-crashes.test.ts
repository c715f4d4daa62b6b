import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from './cybertipline/index.ts';
import {
  createRehearsal,
  MISHAPS,
  once,
  openCase,
  orderReport,
  receivedFor,
  runOnce,
  runUntilFiled,
  testPictures,
  type Mishap,
  type Rehearsal,
} from '../../test/reporting/index.ts';
import { reportPage } from './read.ts';

const OPERATIONS: readonly Operation[] = ['submit', 'upload', 'fileinfo', 'finish'];

let rehearsal: Rehearsal;
let pictures: Buffer[];

beforeAll(async () => {
  rehearsal = await createRehearsal();
  pictures = await testPictures(2);
});
afterAll(() => rehearsal.close());

/** Files a report on two pictures, with one mishap a call as `mishapOf` says. */
async function fileWith(mishapOf: (operation: Operation) => Mishap | undefined): Promise<string> {
  rehearsal.spoil(() => undefined);
  const reportId = await orderReport(rehearsal, await openCase(rehearsal, pictures));
  rehearsal.spoil(mishapOf);
  await runUntilFiled(rehearsal, reportId);
  return reportId;
}

async function expectFiledOnce(reportId: string): Promise<void> {
  const received = await receivedFor(rehearsal, reportId);
  const finished = received.filter((report) => report.state === 'finished');
  expect(finished).toHaveLength(1);
  const [only] = finished;
  expect(new Set(only?.files.map((file) => file.sha256)).size).toBe(2);
  expect(only?.files).toHaveLength(2);
  expect(only?.files.filter((file) => file.detailsXml === undefined)).toEqual([]);
  const { report, files } = await reportPage(rehearsal.desk.db, reportId);
  expect(report).toMatchObject({ status: 'filed', external_id: only?.reportId, problem: null });
  expect(files.map((file) => file.file_id)).toEqual(only?.files.map((file) => file.fileId));
}

/** Every report that the authority opened, and every file that it took, has a line of its own in the journal. */
async function expectEverythingWrittenDown(reportId: string): Promise<void> {
  const { steps } = await reportPage(rehearsal.desk.db, reportId);
  const received = await receivedFor(rehearsal, reportId);
  const lines = (step: Operation) => steps.filter((line) => line.step === step).length;
  expect(lines('submit')).toBeGreaterThanOrEqual(received.length);
  expect(lines('upload')).toBeGreaterThanOrEqual(received.flatMap((report) => report.files).length);
  expect(lines('retract')).toBeGreaterThanOrEqual(
    received.filter((report) => report.state === 'retracted').length,
  );
  expect(steps.filter((line) => line.outcome === 'under-way')).toEqual([]);
  const { rows } = await rehearsal.desk.pool.query(
    `SELECT 1 FROM events WHERE type = 'report.filed' AND payload ->> 'reportId' = $1`,
    [reportId],
  );
  expect(rows).toHaveLength(1);
}

describe.each(OPERATIONS)('%s', (operation) => {
  it.each(MISHAPS)('that meets %s leads to one report all the same', async (mishap) => {
    const strike = once(mishap);
    const reportId = await fileWith((called) => (called === operation ? strike() : undefined));
    expect(strike()).toBeUndefined();
    await expectFiledOnce(reportId);
    await expectEverythingWrittenDown(reportId);
  });

  it('says so in the journal when nobody knows whether it arrived', async () => {
    const reportId = await orderReport(rehearsal, await openCase(rehearsal, pictures));
    const strike = once<Mishap>('crash-after');
    rehearsal.spoil((called) => (called === operation ? strike() : undefined));
    expect(await runOnce(rehearsal, reportId)).toBe('crashed');
    const { report, steps } = await reportPage(rehearsal.desk.db, reportId);
    expect(steps.at(-1)).toMatchObject({ step: operation, outcome: 'in-doubt', settled: false });
    expect(report).toMatchObject({ status: 'waiting', problem: expect.stringMatching(/on our side/) });
    await runUntilFiled(rehearsal, reportId);
    await expectFiledOnce(reportId);
  });
});

it.each(MISHAPS)('leads to one report when the retraction of a doubtful one meets %s', async (mishap) => {
  const doubt = once<Mishap>('drop-after');
  const strike = once(mishap);
  const reportId = await fileWith((called) =>
    called === 'upload' ? doubt() : called === 'retract' ? strike() : undefined,
  );
  expect(strike()).toBeUndefined();
  await expectFiledOnce(reportId);
  await expectEverythingWrittenDown(reportId);
});

it('leads to one report whatever happens in whatever order', async () => {
  const mishaps = fc.array(fc.option(fc.constantFrom(...MISHAPS), { nil: undefined, freq: 2 }), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(mishaps, async (sequence) => {
      const left = [...sequence];
      const reportId = await fileWith(() => left.shift());
      await expectFiledOnce(reportId);
      await expectEverythingWrittenDown(reportId);
    }),
    { numRuns: 20 },
  );
});
