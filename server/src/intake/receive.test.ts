import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, testPicture, type Desk } from '../../test/desk/index.ts';
import { createService } from '../access/index.ts';
import { accountsOfCase, exhibitsOfCase } from '../cases/index.ts';
import { receiptOf, receiveUserReport, userReportsOfCase, type UserReport } from './index.ts';

const PLAIN: UserReport = {
  group: { id: 'group-1', members: [] },
  context: [],
  reason: 'child_safety',
  contentVisibility: 'private',
  authenticity: 'franked',
};

describe('taking a user report in', () => {
  let desk: Desk;
  let pictures: readonly Buffer[];
  beforeAll(async () => {
    desk = await createDesk();
    pictures = await Promise.all([1, 2, 3, 4].map((seed) => testPicture(seed, { width: 64, height: 48 })));
  });
  afterAll(() => desk.close());

  const receive = (key: string, report: Partial<UserReport> = {}, files: Record<string, Uint8Array> = {}) =>
    receiveUserReport(desk, desk.service, key, { ...PLAIN, ...report }, new Map(Object.entries(files)));
  const picture = (index: number) => pictures[index] ?? Buffer.alloc(0);
  const receipt = (id: string) => receiptOf(desk.db, desk.service.serviceId, id);
  const caseOf = async (id: string) => (await receipt(id)).report.case_id ?? '';
  const jobs = async () =>
    (await desk.pool.query<{ count: number }>('SELECT count(*) FROM graphile_worker._private_jobs')).rows[0]
      ?.count;
  const rows = async (table: 'user_reports' | 'exhibits' | 'events' | 'vault_objects') =>
    (await desk.pool.query<{ count: number }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count ?? -1;

  it('makes it durable with all that follows enqueued', async () => {
    const sentAt = '2026-01-14T10:00:00+02:00';
    const message = {
      id: 'm-1',
      sender: { id: 'sender', handle: '@sender' },
      sentAt,
      text: 'placeholder',
      attachments: [{ file: 'one', name: 'one.jpg' }],
    };
    const { userReportId, repeated } = await receive('durable', { message }, { one: picture(0) });
    expect(repeated).toBe(false);
    expect(await receipt(userReportId)).toMatchObject({
      report: { status: 'received', occurred_at: new Date(sentAt), received_at: desk.clock.now() },
      caseNumber: null,
      exhibits: [{ part: 'one', verdict: 'pending' }],
    });
    expect(await jobs()).toBe(1);
    await desk.runJobs();
    const caseId = await caseOf(userReportId);
    expect(await exhibitsOfCase(desk.db, caseId)).toMatchObject([
      { origin: 'message-attachment', original_name: 'one.jpg', verdict: 'no-match' },
    ]);
    expect(await userReportsOfCase(desk.db, caseId)).toMatchObject([
      {
        messages: [{ external_id: 'm-1', reported: true, text: 'placeholder' }],
        exhibits: [{ message_ordinal: 0 }],
      },
    ]);
    expect(await jobs()).toBe(0);
  });

  it('answers the same key and body as the first time and does nothing twice', async () => {
    const group = { id: 'group-1', picture: 'p', members: [] };
    const first = await receive('same', { group, comment: 'a' }, { p: picture(1) });
    const before = [await rows('events'), await rows('exhibits'), await jobs()];
    // The order of fields says nothing.
    const shuffled = Object.fromEntries(Object.entries({ ...PLAIN, group, comment: 'a' }).toReversed());
    const again = await receiveUserReport(
      desk,
      desk.service,
      'same',
      shuffled as unknown as UserReport,
      new Map([['p', picture(1)]]),
    );
    expect(again).toEqual({ userReportId: first.userReportId, repeated: true });
    expect([await rows('events'), await rows('exhibits'), await jobs()]).toEqual(before);
  });

  it.each([
    ['another word', { comment: 'b' }, 0],
    ['another picture', { comment: 'a' }, 1],
  ])('refuses a key that comes again with %s', async (what, change, index) => {
    const group = { id: 'group-1', picture: 'p', members: [] };
    const key = `reused with ${what}`;
    await receive(key, { group, comment: 'a' }, { p: picture(0) });
    await expect(receive(key, { group, ...change }, { p: picture(index) })).rejects.toMatchObject({
      code: 'BW-IDEMPOTENCY-KEY-REUSED',
      status: 409,
    });
  });

  it('keeps the keys of services apart', async () => {
    const other = await desk.db
      .transaction()
      .execute((trx) =>
        createService(trx, desk.clock, { kind: 'system', part: 'test' }, { slug: 'other', name: 'Other' }),
      );
    const mine = await receive('shared key');
    const theirs = await receiveUserReport(
      desk,
      { serviceId: other.id, keyId: 'k' },
      'shared key',
      PLAIN,
      new Map(),
    );
    expect(theirs).toMatchObject({ repeated: false });
    await expect(receiptOf(desk.db, other.id, mine.userReportId)).rejects.toMatchObject({
      code: 'BW-NOT-FOUND',
    });
    await desk.runJobs();
    expect(await caseOf(mine.userReportId)).not.toBe(
      (await receiptOf(desk.db, other.id, theirs.userReportId)).report.case_id,
    );
  });

  it('takes one of several with the same key at once, and answers all of them alike', async () => {
    const before = await rows('user_reports');
    const received = await Promise.all(Array.from({ length: 8 }, () => receive('at once')));
    expect(new Set(received.map(({ userReportId }) => userReportId)).size).toBe(1);
    expect(received.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await rows('user_reports')).toBe(before + 1);
    const conflicting = await Promise.allSettled(
      ['a', 'b'].map((comment) => receive('at odds', { comment })),
    );
    const refused = conflicting.filter((result) => result.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'BW-IDEMPOTENCY-KEY-REUSED' } }]);
  });

  it('is not held up by reports that bring the same pictures in another order', async () => {
    const attachments = ['a', 'b', 'c', 'd'].map((file) => ({ file }));
    const sends = Array.from({ length: 12 }, async (_, round) => {
      // New content each round, so that each pair of reports is the first to bring it.
      const files = pictures.map((bytes, index): [string, Buffer] => [
        ['a', 'b', 'c', 'd'][index] ?? '',
        Buffer.concat([bytes, Buffer.from(`${round >> 1}`)]),
      ]);
      const message = { id: 'm', sender: { id: `s-${round}` }, sentAt: '2026-01-14T10:00:00Z', attachments };
      const ordered = round % 2 === 0 ? files : files.toReversed();
      return receive(
        `order-${round}`,
        { group: { id: `g-${round}`, members: [] }, message },
        Object.fromEntries(ordered),
      );
    });
    expect((await Promise.allSettled(sends)).filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  it('names the parts that are missing and those that nothing refers to', async () => {
    const before = [await rows('vault_objects'), (await readdir(join(desk.folder, 'vault'))).length];
    const group = { id: 'group-1', picture: 'absent', members: [] };
    await expect(receive('missing', { group })).rejects.toMatchObject({
      code: 'BW-MULTIPART-PART-MISSING',
      details: [{ path: 'group.picture', message: expect.stringContaining('absent') }],
    });
    await expect(receive('unused', {}, { surplus: Buffer.from('never seen before') })).rejects.toMatchObject({
      code: 'BW-MULTIPART-PART-UNUSED',
      details: [{ path: 'surplus' }],
    });
    expect([await rows('vault_objects'), (await readdir(join(desk.folder, 'vault'))).length]).toEqual(before);
  });

  it('makes one exhibit of a part that is mentioned twice, and shows it wherever it is mentioned', async () => {
    const sender = { id: 'sender', picture: 'p' };
    const message = {
      id: 'm',
      sender,
      sentAt: '2026-01-14T10:00:00Z',
      attachments: [{ file: 'p', name: 'x.jpg' }],
    };
    const group = { id: 'group-twice', picture: 'p', members: [] };
    const { userReportId } = await receive('twice', { group, message }, { p: picture(2) });
    await desk.runJobs();
    const caseId = await caseOf(userReportId);
    const [exhibit, ...others] = await exhibitsOfCase(desk.db, caseId);
    expect(others).toEqual([]);
    const [account] = await accountsOfCase(desk.db, caseId);
    expect(account?.picture_exhibit_id).toBe(exhibit?.id);
    const [report] = await userReportsOfCase(desk.db, caseId);
    expect(report?.exhibits).toMatchObject([{ exhibit_id: exhibit?.id, message_ordinal: 0 }]);
  });
});
