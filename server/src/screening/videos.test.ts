import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { vpdqToJson } from '@breakwater/perceptual/video';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createDesk,
  ffmpegNote,
  hasFfmpeg,
  testPicture,
  testVideo,
  type Desk,
} from '../../test/desk/index.ts';
import {
  importEntries,
  listHashLists,
  readListFile,
  removeHashList,
  type NewEntry,
} from '../hashlists/index.ts';
import type { Examination } from './index.ts';

const ACTOR = { kind: 'system', part: 'test' } as const;
const MEMORY = { memoryBytes: 1_000_000 };

describe.skipIf(!hasFfmpeg)(`screening a video${ffmpegNote}`, () => {
  let desk: Desk;
  let video: Buffer;
  beforeAll(async () => {
    desk = await createDesk();
    video = await testVideo([1, 2, 3]);
  });
  afterEach(async () => {
    for (const { slug } of await listHashLists(desk.db))
      await desk.db.transaction().execute((trx) => removeHashList(trx, desk.clock, ACTOR, slug));
    expect(await readdir(join(desk.folder, 'spool')).catch(() => [])).toEqual([]);
  });
  afterAll(() => desk.close());

  const list = (entries: readonly NewEntry[]) =>
    desk.db
      .transaction()
      .execute((trx) => importEntries(trx, desk.clock, ACTOR, { slug: 'test-list' }, entries));
  const know = async (bytes: Uint8Array) => list(await entryOf(bytes));
  const entryOf = async (bytes: Uint8Array) => {
    const { seen } = await desk.screening.examine(bytes);
    if (seen.kind !== 'video') throw new Error('the video was not decoded');
    const frames = seen.looks.map(({ pdq, quality, seconds = 0 }) => ({ hash: pdq, quality, seconds }));
    const line = JSON.stringify({ fingerprint: 'vpdq', value: vpdqToJson(frames), id: 'v-1' });
    return readListFile([Buffer.from(`${line}\n`)] as never, 'json-lines');
  };
  const screen = async (bytes: Uint8Array) =>
    desk.screening.lookUp(desk.db, await desk.screening.examine(bytes));

  it('says what was looked at, and no-match where all of it was compared', async () => {
    const { seen, sha256 } = await desk.screening.examine(video);
    expect(seen).toMatchObject({ kind: 'video', decodedAs: 'mp4', width: 320, height: 240, frames: 60 });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    if (seen.kind === 'video') expect(seen.looks.length).toBeGreaterThanOrEqual(3);
    expect(await screen(video)).toEqual({ verdict: 'no-match' });
  });

  it('finds a known picture among its frames, and says when', async () => {
    const { seen } = await desk.screening.examine(await testPicture(2));
    if (seen.kind !== 'picture') throw new Error('the picture was not decoded');
    const value = Buffer.from(seen.pdq, 'hex');
    await list([{ fingerprint: 'pdq', value, externalId: 'p-2', label: null, threshold: null }]);
    const verdict = await screen(video);
    if (verdict.verdict !== 'match') throw new Error('there is no match');
    const [match] = verdict.matches;
    expect(match).toMatchObject({ fingerprint: 'pdq', externalId: 'p-2', queryPercent: null });
    expect(match?.frameSeconds).toBeGreaterThanOrEqual(2);
    expect(match?.frameSeconds).toBeLessThan(4);
  });

  it.each(['mkv', 'webm', 'avi'] as const)('finds a known video again as %s and smaller', async (ending) => {
    await know(video);
    const verdict = await screen(await testVideo([1, 2, 3], { ending, size: '288x216' }));
    expect(verdict).toMatchObject({
      verdict: 'match',
      matches: [{ fingerprint: 'vpdq', externalId: 'v-1', queryPercent: 100, comparedPercent: 100 }],
    });
  });

  it('finds a known video in a longer one, and a part of it, but not one that shares little', async () => {
    await know(video);
    const answers = [
      await screen(await testVideo([7, 8, 9, 1, 2, 3, 10, 11, 12])),
      await screen(await testVideo([2])),
      await screen(await testVideo([1, 7, 8, 9, 10])),
      await screen(await testVideo([7, 8])),
    ];
    expect(answers.map(({ verdict }) => verdict)).toEqual(['match', 'match', 'no-match', 'no-match']);
  });

  it('finds a still of a known video', async () => {
    await know(video);
    expect(await screen(await testPicture(3))).toMatchObject({
      verdict: 'match',
      matches: [{ fingerprint: 'vpdq', frameSeconds: null }],
    });
    expect(await screen(await testPicture(8))).toEqual({ verdict: 'no-match' });
  });

  it('finds it by its digests, even if nothing of it can be decoded', async () => {
    const cut = video.subarray(0, 900);
    const examination = await desk.screening.examine(cut);
    expect(examination.seen).toEqual({ kind: 'nothing', media: 'video', reason: 'truncated' });
    expect(await screen(cut)).toEqual({ verdict: 'unscanned', reason: 'truncated' });
    const value = Buffer.from(examination.sha1, 'hex');
    await list([{ fingerprint: 'sha1', value, externalId: null, label: null, threshold: null }]);
    expect(await screen(cut)).toMatchObject({ verdict: 'match', matches: [{ fingerprint: 'sha1' }] });
  });

  it.each([
    ['time-limit', 'timeout'],
    ['decoder-stopped', 'decoder-crashed'],
    ['duration-limit', 'too-long'],
    ['frame-limit', 'too-long'],
    ['broken-tail', 'truncated'],
    ['damaged', 'damaged'],
    ['further-streams-unhashed', 'further-streams-unhashed'],
    ['key-frames-only', 'key-frames-only'],
  ])('with the warning %s is unscanned for the reason %s, unless it matches', async (warning, reason) => {
    const whole = await desk.screening.examine(video);
    if (whole.seen.kind !== 'video') throw new Error('the video was not decoded');
    const part: Examination = { ...whole, seen: { ...whole.seen, warnings: [warning] } };
    expect(await desk.screening.lookUp(desk.db, part)).toEqual({ verdict: 'unscanned', reason });
    await know(video);
    expect(await desk.screening.lookUp(desk.db, part)).toMatchObject({ verdict: 'match' });
  });

  it('without a frame of enough detail is unscanned', async () => {
    const whole = await desk.screening.examine(video);
    if (whole.seen.kind !== 'video') throw new Error('the video was not decoded');
    const looks = whole.seen.looks.map((look) => ({ ...look, quality: 49 }));
    const flat: Examination = { ...whole, seen: { ...whole.seen, looks } };
    await know(video);
    expect(await desk.screening.lookUp(desk.db, flat)).toEqual({
      verdict: 'unscanned',
      reason: 'low-quality',
    });
  });

  it('takes it into a private file as it arrives, however it is cut, and refuses one that is too large', async () => {
    for (const piece of [1000, 4096, 100_000]) {
      const media = await desk.screening.take(pieces(video, piece), MEMORY);
      if (media instanceof Uint8Array) throw new Error('the video is held in memory');
      expect(media).toMatchObject({ bytes: video.length });
      expect((await desk.screening.examine(media)).sha256).toBe((await desk.screening.examine(video)).sha256);
      await media.discard();
    }
    const many = pieces(Buffer.concat([video, Buffer.alloc(desk.screening.maxVideoBytes)]), 1_000_000);
    await expect(desk.screening.take(many, MEMORY)).rejects.toMatchObject({ code: 'BW-BODY-TOO-LARGE' });
  });

  it('leaves nothing behind of one that breaks off on its way', async () => {
    const broken = (async function* () {
      yield* pieces(video, 4096);
      throw new Error('placeholder');
    })();
    await expect(desk.screening.take(broken, MEMORY)).rejects.toThrow('placeholder');
  });

  it('holds what is no video in memory', async () => {
    const picture = await testPicture(1);
    expect(await desk.screening.take(pieces(picture, 1000), MEMORY)).toEqual(picture);
    expect(await desk.screening.take(pieces(Buffer.alloc(0), 1), MEMORY)).toHaveLength(0);
    const text = Buffer.from('#EXTM3U\nvideo.mp4\n');
    expect(await desk.screening.take(pieces(text, 5), MEMORY)).toEqual(text);
  });
});

async function* pieces(bytes: Buffer, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
