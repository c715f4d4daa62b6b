import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, ffmpegNote, hasFfmpeg, testVideo, type Desk } from '../desk/index.ts';
import { FORM_TYPE, rawForm } from './multipart.ts';

describe.skipIf(!hasFfmpeg)(`a video over HTTP${ffmpegNote}`, () => {
  let desk: Desk;
  let video: Buffer;
  beforeAll(async () => {
    desk = await createDesk();
    video = await testVideo([1, 2]);
  });
  afterAll(() => desk.close());

  const key = () => ({ authorization: `Bearer ${desk.service.key}` });
  const post = async (url: string, type: string, payload: Buffer) =>
    (await desk.api()).inject({
      method: 'POST',
      url,
      headers: { ...key(), 'content-type': type, 'idempotency-key': 'key-1' },
      payload,
    });

  it.each(['video/mp4', 'application/octet-stream', 'image/jpeg'])('is screened as %s', async (type) => {
    const answer = await post('/v1/screen', type, video);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      verdict: 'no-match',
      pdq: null,
      width: 320,
      video: { frames: 40, seconds: 4, warnings: [] },
    });
    expect(await readdir(join(desk.folder, 'spool'))).toEqual([]);
  });

  it('is matched with a vPDQ text file that was imported, by its frames', async () => {
    const { seen } = await desk.screening.examine(video);
    if (seen.kind !== 'video') throw new Error('the video was not decoded');
    const lines = seen.looks.map(
      ({ pdq, quality, seconds = 0 }, index) => `${index},${quality},${pdq},${seconds.toFixed(3)}\n`,
    );
    const list = await post('/v1/hash-lists/videos/import', 'text/x-vpdq', Buffer.from(lines.join('')));
    expect(list.json()).toMatchObject({ read: 1, added: 1 });
    const again = await post('/v1/hash-lists/videos/import', 'text/x-vpdq', Buffer.from(lines.join('')));
    expect(again.json()).toMatchObject({ added: 0, alreadyPresent: 1 });
    expect(
      (await post('/v1/screen', 'video/mp4', await testVideo([1, 2], { ending: 'mkv' }))).json(),
    ).toMatchObject({
      verdict: 'match',
      matches: [{ list: { slug: 'videos' }, fingerprint: 'vpdq', queryPercent: 100, comparedPercent: 100 }],
    });
    const entries = await (await desk.api()).inject({
      url: '/v1/hash-lists/videos/entries',
      headers: { cookie: await desk.signIn() },
    });
    expect(entries.json()).toMatchObject({ items: [{ fingerprint: 'vpdq' }] });
  });

  it('in a report becomes an exhibit that says what it is', async () => {
    const report = {
      group: { id: 'group-1', members: [] },
      message: {
        id: 'm-1',
        sender: { id: 'sender' },
        sentAt: '2026-01-14T10:00:00Z',
        attachments: [{ file: 'clip', name: 'clip.jpg' }],
      },
      reason: 'child_safety',
      contentVisibility: 'private',
      authenticity: 'unverified',
    };
    const body = rawForm([
      { name: 'report', content: JSON.stringify(report) },
      { name: 'clip', fileName: 'clip.jpg', type: 'image/jpeg', content: await testVideo([5, 6]) },
    ]);
    const taken = await post('/v1/user-reports', FORM_TYPE, body);
    expect(taken.statusCode).toBe(201);
    expect((await post('/v1/user-reports', FORM_TYPE, body)).statusCode).toBe(200);
    expect(await readdir(join(desk.folder, 'spool'))).toEqual([]);
    await desk.runJobs();
    const { userReportId } = taken.json<{ userReportId: string }>();
    const receipt = await (await desk.api()).inject({
      url: `/v1/user-reports/${userReportId}`,
      headers: key(),
    });
    const { caseId } = receipt.json<{ caseId: string }>();
    const page = await (await desk.api()).inject({
      url: `/v1/cases/${caseId}`,
      headers: { cookie: await desk.signIn() },
    });
    expect(page.json<{ exhibitList: object[] }>().exhibitList).toMatchObject([
      {
        kind: 'video',
        mediaType: 'video/mp4',
        seconds: 4,
        frames: 40,
        verdict: 'no-match',
        previewable: true,
      },
    ]);
  });
});
