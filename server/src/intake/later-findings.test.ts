import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDesk,
  ffmpegNote,
  hasFfmpeg,
  testPicture,
  testVideo,
  type Desk,
} from '../../test/desk/index.ts';
import { caseSummary, exhibitsOfCase, signalsOfCase } from '../cases/index.ts';
import { importEntries } from '../hashlists/index.ts';
import { verifyLedger } from '../ledger/index.ts';
import { decide } from '../review/index.ts';
import type { Effort, Media, Screening } from '../screening/index.ts';
import {
  applyHashLists,
  examineAgain,
  receiptOf,
  receiveUserReport,
  screenUserReport,
  type UserReport,
} from './index.ts';

const ACTOR = { kind: 'system', part: 'test' } as const;

describe('what is found later', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(async () => {
    expect(await readdir(join(desk.folder, 'spool')).catch(() => [])).toEqual([]);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
    await desk.close();
  });

  const receive = async (
    key: string,
    files: Record<string, Media>,
    screening: Screening = desk.screening,
  ) => {
    const report: UserReport = {
      group: { id: 'group-1', members: [] },
      message: {
        id: `m-${key}`,
        sender: { id: 'sender' },
        sentAt: '2026-01-14T10:00:00Z',
        attachments: Object.keys(files).map((file) => ({ file })),
      },
      context: [],
      reason: 'child_safety',
      contentVisibility: 'private',
      authenticity: 'unverified',
    };
    const parts = new Map(Object.entries(files));
    return (await receiveUserReport({ ...desk, screening }, desk.service, key, report, parts)).userReportId;
  };
  const receipt = (id: string) => receiptOf(desk.db, desk.service.serviceId, id);
  const caseOf = async (id: string) => (await receipt(id)).report.case_id ?? '';
  const exhibitOf = async (id: string) => (await receipt(id)).exhibits[0]?.exhibit_id ?? '';
  const know = async (bytes: Uint8Array, slug = 'test-list') => {
    const { sha256 } = await desk.screening.examine(bytes);
    const entry = { fingerprint: 'sha256', value: Buffer.from(sha256, 'hex') } as const;
    const more = { externalId: 'e-1', label: null, threshold: null };
    await desk.db
      .transaction()
      .execute((trx) => importEntries(trx, desk.clock, ACTOR, { slug }, [{ ...entry, ...more }]));
  };
  const close = (caseId: string) =>
    decide(desk, desk.person, caseId, { policyId: 'no-violation', rationale: 'placeholder', actions: [] });
  const events = async (...types: string[]) =>
    (
      await desk.db
        .selectFrom('events')
        .select(['type', 'payload'])
        .where('type', 'in', types)
        .orderBy('inserted')
        .execute()
    ).map(({ type }) => type);
  /** As a decoder that has no time for anything, unless it is asked to be thorough. */
  const hurried = (until: Effort | 'never'): Screening => ({
    ...desk.screening,
    async examine(media, effort = 'prompt') {
      const examination = await desk.screening.examine(media, effort);
      if (effort === until) return examination;
      return { ...examination, seen: { kind: 'nothing', media: 'picture', reason: 'timeout' } };
    },
  });

  it('an exhibit that could not be scanned for want of time is examined again, and raises its case', async () => {
    const picture = await testPicture(1);
    const { seen } = await desk.screening.examine(picture);
    if (seen.kind !== 'picture') throw new Error('the picture was not decoded');
    const entry = { fingerprint: 'pdq', value: Buffer.from(seen.pdq, 'hex') } as const;
    const more = { externalId: null, label: null, threshold: null };
    await desk.db
      .transaction()
      .execute((trx) => importEntries(trx, desk.clock, ACTOR, { slug: 'l' }, [{ ...entry, ...more }]));
    const id = await receive('one', { a: picture }, hurried('never'));
    await screenUserReport(desk, id);
    expect((await receipt(id)).exhibits).toMatchObject([
      { verdict: 'unscanned', unscanned_reason: 'timeout' },
    ]);
    await desk.runJobs();
    const found = await caseSummary(desk.db, await caseOf(id));
    expect(found).toMatchObject({ known_matches: 1, unscanned: 0 });
    expect(found.priority).toBeGreaterThanOrEqual(60);
    expect(await events('exhibit.examined-again')).toHaveLength(1);
    await examineAgain(desk, await exhibitOf(id));
    expect(await events('exhibit.examined-again')).toHaveLength(1);
  });

  it('what still has no time is tried a few times more, with growing pauses, and stays unscanned', async () => {
    const id = await receive('one', { a: await testPicture(1) }, hurried('never'));
    await screenUserReport(desk, id);
    const pauses: number[] = [];
    for (;;) {
      const { rows } = await desk.pool.query<{ run_at: Date; id: string }>(
        `SELECT j.run_at, j.id FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'examine-again'`,
      );
      const [job] = rows;
      if (job === undefined) break;
      pauses.push((job.run_at.getTime() - desk.clock.now().getTime()) / 60_000);
      await desk.pool.query('DELETE FROM graphile_worker._private_jobs WHERE id = $1', [job.id]);
      desk.clock.set(job.run_at);
      await examineAgain({ ...desk, screening: hurried('never') }, await exhibitOf(id));
    }
    expect(pauses).toEqual([0, 1, 10, 60, 360, 1440]);
    await desk.runJobs();
    expect((await receipt(id)).exhibits).toMatchObject([
      { verdict: 'unscanned', unscanned_reason: 'timeout' },
    ]);
  });

  it('what is damaged for good is not tried again', async () => {
    const id = await receive('one', { a: (await testPicture(1)).subarray(0, 2000) });
    await desk.runJobs();
    expect((await receipt(id)).exhibits).toMatchObject([{ unscanned_reason: 'truncated' }]);
    expect(await events('exhibit.examined-again')).toEqual([]);
  });

  it('a list that is imported later is applied to what was there, and nothing else is written', async () => {
    const [known, other] = [await testPicture(1), await testPicture(2)];
    const id = await receive('one', { a: known, b: other });
    await desk.runJobs();
    const caseId = await caseOf(id);
    const before = await exhibitsOfCase(desk.db, caseId);
    const { priority } = await caseSummary(desk.db, caseId);
    await know(await testPicture(5), 'of-no-account');
    await desk.runJobs();
    expect(await exhibitsOfCase(desk.db, caseId)).toEqual(before);
    await know(known);
    await desk.runJobs();
    const found = await caseSummary(desk.db, caseId);
    expect(found).toMatchObject({ known_matches: 1, priority: priority + 50 });
    expect(await signalsOfCase(desk.db, caseId)).toMatchObject([{ list_slug: 'test-list' }]);
    expect(await exhibitsOfCase(desk.db, caseId)).toMatchObject([{ verdict: 'match' }, before[1] ?? {}]);
    await know(known, 'another-list');
    await desk.runJobs();
    expect(await signalsOfCase(desk.db, caseId)).toHaveLength(2);
    expect(await caseSummary(desk.db, caseId)).toMatchObject({ priority: priority + 50 });
    expect(await events('exhibit.matched-later', 'case.priority-changed')).toEqual([
      'exhibit.matched-later',
      'case.priority-changed',
      'exhibit.matched-later',
    ]);
  });

  it('known material in a closed case comes before people again in an open one', async () => {
    const known = await testPicture(1);
    const id = await receive('one', { a: known });
    await desk.runJobs();
    const closed = await caseOf(id);
    await close(closed);
    await know(known);
    await desk.runJobs();
    expect(await caseSummary(desk.db, closed)).toMatchObject({ status: 'closed', exhibits: 1 });
    const cases = await desk.db.selectFrom('cases').selectAll().where('status', '=', 'open').execute();
    expect(cases).toHaveLength(1);
    const [opened] = cases;
    expect(await caseSummary(desk.db, opened?.id ?? '')).toMatchObject({ known_matches: 1, priority: 60 });
    expect(await signalsOfCase(desk.db, opened?.id ?? '')).toHaveLength(1);
    expect(await events('case.opened', 'exhibit.matched-later', 'exhibit.brought-forward')).toEqual([
      'case.opened',
      'exhibit.matched-later',
      'case.opened',
      'exhibit.brought-forward',
    ]);
    // Once: what is known already opens nothing.
    await know(known, 'another-list');
    await desk.runJobs();
    expect(await events('exhibit.brought-forward')).toHaveLength(1);
  });

  it('an exhibit that is being looked up in the older lists at that moment is not missed', async () => {
    const known = await testPicture(1);
    const id = await receive('one', { a: known });
    await know(known);
    const { rows } = await desk.pool.query<{ version: number }>('SELECT version FROM hash_lists_version');
    const version = rows[0]?.version ?? 0;
    await applyHashLists(desk, { version });
    // As somebody who had read the lists before they were imported, and commits only now.
    const stale: Screening = { ...desk.screening, lookUp: async () => ({ verdict: 'no-match' }) };
    await screenUserReport({ ...desk, screening: stale }, id);
    await desk.db
      .updateTable('exhibits')
      .set({ lists_version: version - 1 })
      .execute();
    await desk.runJobs();
    expect((await receipt(id)).exhibits).toMatchObject([{ verdict: 'match' }]);
  });

  describe.skipIf(!hasFfmpeg)(`of a video${ffmpegNote}`, () => {
    it('is taken in from a file, sealed whole, and screened', async () => {
      const video = await testVideo([1, 2]);
      const media = await desk.screening.take(Readable.from([video]), { memoryBytes: 1 });
      const id = await receive('one', { a: media });
      if (!(media instanceof Uint8Array)) await media.discard();
      await desk.runJobs();
      const [exhibit] = await exhibitsOfCase(desk.db, await caseOf(id));
      expect(exhibit).toMatchObject({
        media_kind: 'video',
        decoded_as: 'mp4',
        seconds: 4,
        frames: 40,
        verdict: 'no-match',
      });
      expect(Buffer.compare(await desk.vault.open(desk.db, exhibit?.object_id ?? ''), video)).toBe(0);
      const again = await receiptOf(desk.db, desk.service.serviceId, await receive('two', { a: video }));
      expect(again.exhibits).toMatchObject([{ verdict: 'pending' }]);
    });

    it('that was not looked at to its end is looked at in a job, thoroughly', async () => {
      const video = await testVideo([1, 2]);
      await know(await testPicture(2));
      const { seen } = await desk.screening.examine(await testPicture(2));
      if (seen.kind !== 'picture') throw new Error('the picture was not decoded');
      const entry = { fingerprint: 'pdq', value: Buffer.from(seen.pdq, 'hex') } as const;
      const more = { externalId: null, label: null, threshold: null };
      await desk.db
        .transaction()
        .execute((trx) => importEntries(trx, desk.clock, ACTOR, { slug: 'l' }, [{ ...entry, ...more }]));
      const beginning: Screening = {
        ...desk.screening,
        async examine(media) {
          const examination = await desk.screening.examine(media);
          if (examination.seen.kind !== 'video') throw new Error('the video was not decoded');
          const looks = examination.seen.looks.slice(0, 1);
          return { ...examination, seen: { ...examination.seen, looks, warnings: ['time-limit'] } };
        },
      };
      const id = await receive('one', { a: video }, beginning);
      await screenUserReport(desk, id);
      expect((await receipt(id)).exhibits).toMatchObject([{ unscanned_reason: 'timeout' }]);
      await desk.runJobs();
      expect((await receipt(id)).exhibits).toMatchObject([{ verdict: 'match' }]);
      expect(await caseSummary(desk.db, await caseOf(id))).toMatchObject({ known_matches: 1, unscanned: 0 });
      expect(await signalsOfCase(desk.db, await caseOf(id))).toMatchObject([
        { fingerprint: 'pdq', frame_seconds: 2 },
      ]);
    });
  });
});
