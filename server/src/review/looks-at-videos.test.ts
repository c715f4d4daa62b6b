import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, ffmpegNote, hasFfmpeg, testVideo, type Desk } from '../../test/desk/index.ts';
import { receiptOf, receiveUserReport } from '../intake/index.ts';
import { exhibitsViewedInFull, previewExhibit, revealExhibit, revealsOfCase } from './index.ts';

describe.skipIf(!hasFfmpeg)(`looking at a video${ffmpegNote}`, () => {
  let desk: Desk;
  let exhibits: ReadonlyMap<string, string>;
  let caseId: string;

  beforeAll(async () => {
    desk = await createDesk();
    const files = new Map<string, Uint8Array>([
      ['long', await testVideo([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
      ['short', await testVideo([1], { ending: 'webm' })],
      ['cut', (await testVideo([1])).subarray(0, 900)],
    ]);
    const { userReportId } = await receiveUserReport(
      desk,
      desk.service,
      'key',
      {
        group: { id: 'group-1', members: [] },
        message: {
          id: 'm-1',
          sender: { id: 'sender' },
          sentAt: '2026-01-14T10:00:00Z',
          attachments: [...files.keys()].map((file) => ({ file })),
        },
        context: [],
        reason: 'child_safety',
        contentVisibility: 'private',
        authenticity: 'franked',
      },
      files,
    );
    await desk.runJobs();
    const receipt = await receiptOf(desk.db, desk.service.serviceId, userReportId);
    exhibits = new Map(receipt.exhibits.map(({ part, exhibit_id: id }) => [part, id]));
    caseId = receipt.report.case_id ?? '';
  });
  afterAll(() => desk.close());

  const id = (part: string) => exhibits.get(part) ?? '';

  it('shows one still, small and gray', async () => {
    const { bytes, mediaType } = await previewExhibit(desk, desk.person.id, id('long'));
    expect(mediaType).toBe('image/webp');
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 160, height: 120 });
    let color = 0;
    for (let at = 0; at < data.length; at += info.channels)
      color = Math.max(color, Math.abs((data[at] ?? 0) - (data[at + 1] ?? 0)));
    expect(color).toBeLessThanOrEqual(2);
  });

  it('reveals stills from its beginning to its end, and never says that it was viewed', async () => {
    const { bytes } = await revealExhibit(desk, desk.person.id, id('long'), 'a placeholder reason');
    const { width, height } = await sharp(bytes).metadata();
    expect([width, height]).toEqual([3 * 640 + 8, 3 * 480 + 8]);
    await revealExhibit(desk, desk.person.id, id('short'), 'a placeholder reason');
    const reveals = await revealsOfCase(desk.db, caseId);
    expect(reveals.map(({ extent }) => extent)).toEqual(['stills', 'stills']);
    expect(await exhibitsViewedInFull(desk.db, caseId)).toEqual(new Set());
    expect(await readdir(join(desk.folder, 'spool'))).toEqual([]);
  });

  it('shows nothing of what could not be decoded', async () => {
    await expect(previewExhibit(desk, desk.person.id, id('cut'))).rejects.toMatchObject({
      code: 'BW-EXHIBIT-NOT-PREVIEWABLE',
    });
    await expect(
      revealExhibit(desk, desk.person.id, id('cut'), 'a placeholder reason'),
    ).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-RENDERABLE' });
  });
});
