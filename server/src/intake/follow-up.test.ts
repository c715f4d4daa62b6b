import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, testPicture, type Desk } from '../../test/desk/index.ts';
import { accountsOfCase, caseSummary, signalsOfCase } from '../cases/index.ts';
import { importEntries } from '../hashlists/index.ts';
import { verifyLedger } from '../ledger/index.ts';
import {
  openCaseForUserReport,
  receiptOf,
  receiveUserReport,
  screenUserReport,
  type UserReport,
} from './index.ts';

const SENT_AT = '2026-01-14T10:00:00Z';

describe('what follows a user report', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(() => desk.close());

  const receive = async (
    key: string,
    files: Record<string, Uint8Array> = {},
    more: Partial<UserReport> = {},
  ) => {
    const report: UserReport = {
      group: { id: 'group-1', members: [] },
      message: {
        id: 'm-1',
        sender: { id: 'sender' },
        sentAt: SENT_AT,
        attachments: Object.keys(files).map((file) => ({ file })),
      },
      context: [],
      reason: 'child_safety.csam',
      contentVisibility: 'private',
      authenticity: 'unverified',
      ...more,
    };
    return (await receiveUserReport(desk, desk.service, key, report, new Map(Object.entries(files))))
      .userReportId;
  };
  const receipt = (id: string) => receiptOf(desk.db, desk.service.serviceId, id);
  const caseOf = async (id: string) => (await receipt(id)).report.case_id ?? '';
  const state = async () => ({
    events: (await desk.db.selectFrom('events').select('type').orderBy('inserted').execute()).map(
      ({ type }) => type,
    ),
    signals: (await desk.db.selectFrom('signals').selectAll().execute()).length,
    cases: await desk.db.selectFrom('cases').selectAll().execute(),
    jobs: (await desk.pool.query('SELECT id FROM graphile_worker._private_jobs ORDER BY id')).rows,
  });
  const knowMd5 = async (bytes: Uint8Array) => {
    const { md5 } = await desk.screening.examine(bytes);
    const value = Buffer.from(md5, 'hex');
    const entry = { fingerprint: 'md5', value, externalId: 'e-1', label: null, threshold: null } as const;
    const actor = { kind: 'system', part: 'test' } as const;
    await desk.db
      .transaction()
      .execute((trx) => importEntries(trx, desk.clock, actor, { slug: 'test-list' }, [entry]));
  };

  it('happens once, however often each step runs and wherever the program died in between', async () => {
    const picture = await testPicture(1, { width: 64, height: 48 });
    await knowMd5(picture);
    const id = await receive('one', { a: picture });
    // Out of turn, nothing happens: the case waits for the screening.
    const received = await state();
    await openCaseForUserReport(desk, id);
    expect(await state()).toEqual(received);
    await screenUserReport(desk, id);
    const screened = await state();
    await screenUserReport(desk, id);
    expect(await state()).toEqual(screened);
    await openCaseForUserReport(desk, id);
    const done = await state();
    for (const step of [screenUserReport, openCaseForUserReport, openCaseForUserReport]) await step(desk, id);
    expect(await state()).toEqual(done);
    // The jobs that the steps had enqueued are still there, as after a crash: they find everything done.
    await desk.runJobs();
    expect(await state()).toEqual({ ...done, jobs: [] });
    expect(done).toMatchObject({ signals: 1, cases: [{ status: 'open', priority: 80 }] });
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('happens once when two programs take the same step at once', async () => {
    const id = await receive('one', { a: await testPicture(1, { width: 64, height: 48 }) });
    await Promise.all([1, 2, 3].map(() => screenUserReport(desk, id)));
    await Promise.all([1, 2, 3].map(() => openCaseForUserReport(desk, id)));
    const { events, cases } = await state();
    expect(events.filter((type) => type === 'user-report.screened')).toHaveLength(1);
    expect(events.filter((type) => type === 'case.user-report-joined')).toHaveLength(1);
    expect(cases).toHaveLength(1);
  });

  it('leaves a step undone as a whole when it fails, and takes it at the next try', async () => {
    const id = await receive('one', { a: await testPicture(1, { width: 64, height: 48 }) });
    const before = await state();
    const failing = {
      ...desk.screening,
      lookUp: async () => {
        throw new Error('placeholder');
      },
    };
    await expect(screenUserReport({ ...desk, screening: failing }, id)).rejects.toThrow('placeholder');
    expect(await state()).toEqual(before);
    await desk.runJobs();
    expect(await receipt(id)).toMatchObject({
      report: { status: 'in-case' },
      exhibits: [{ verdict: 'no-match' }],
    });
  });

  it('puts reports about one group into one case, which weighs them all', async () => {
    const ids = await Promise.all([1, 2, 3].map((n) => receive(`report-${n}`)));
    for (const id of ids) await screenUserReport(desk, id);
    await Promise.all(ids.map((id) => openCaseForUserReport(desk, id)));
    const cases = new Set(await Promise.all(ids.map(caseOf)));
    expect(cases.size).toBe(1);
    const [caseId = ''] = cases;
    expect(await caseSummary(desk.db, caseId)).toMatchObject({
      priority: 40,
      priority_reasons: ['reported as a child-safety matter', '3 user reports about the same group'],
    });
  });

  it('counts and shows what could not be scanned, and why', async () => {
    const id = await receive('one', {
      a: Buffer.from('no picture at all'),
      b: (await testPicture(1)).subarray(0, 2000),
      c: Buffer.alloc(0),
      d: await testPicture(2),
    });
    await desk.runJobs();
    const { exhibits } = await receipt(id);
    expect(exhibits.map(({ part, verdict, unscanned_reason: reason }) => [part, verdict, reason])).toEqual([
      ['a', 'unscanned', 'unrecognized-format'],
      ['b', 'unscanned', 'truncated'],
      ['c', 'unscanned', 'empty'],
      ['d', 'no-match', null],
    ]);
    const found = await caseSummary(desk.db, await caseOf(id));
    expect(found).toMatchObject({ exhibits: 4, unscanned: 3, known_matches: 0 });
    expect(found.priority_reasons).toContain('3 exhibits could not be scanned');
    const screened = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'user-report.screened')
      .executeTakeFirst();
    expect(screened?.payload).toMatchObject({ matched: 0, unmatched: 1, unscanned: 3 });
  });

  it('finds known bytes even where no picture can be made of them', async () => {
    const bytes = Buffer.from('known bytes that are no picture');
    await knowMd5(bytes);
    const id = await receive('one', { a: bytes });
    await desk.runJobs();
    expect(await receipt(id)).toMatchObject({ exhibits: [{ verdict: 'match' }] });
    expect(await signalsOfCase(desk.db, await caseOf(id))).toMatchObject([
      { fingerprint: 'md5', distance: 0, list_slug: 'test-list', entry_external_id: 'e-1' },
    ]);
  });

  it('marks the reporter for good, in every case that they reported', async () => {
    const reporter = { id: 'reporter' };
    const first = await receive('one', {}, { reporter });
    const second = await receive('two', {}, { message: undefined, reporter: undefined });
    const message = { id: 'm-2', sender: reporter, sentAt: SENT_AT, attachments: [] };
    await receive('three', {}, { message });
    await desk.runJobs();
    expect(await caseOf(second)).toBe(await caseOf(first));
    expect(await accountsOfCase(desk.db, await caseOf(first))).toMatchObject([
      { external_id: 'reporter', reporter: true, sent_reported_message: true },
      { external_id: 'sender', reporter: false, sent_reported_message: true },
    ]);
  });

  it('has nothing to do for a report that was removed meanwhile', async () => {
    const id = await receive('one');
    await desk.db.deleteFrom('user_reports').where('id', '=', id).execute();
    const before = await state();
    await desk.runJobs();
    expect(await state()).toEqual({ ...before, jobs: [] });
  });
});
