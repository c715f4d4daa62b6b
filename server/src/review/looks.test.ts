import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, testPicture, type Desk } from '../../test/desk/index.ts';
import { importEntries } from '../hashlists/index.ts';
import { receiptOf, receiveUserReport } from '../intake/index.ts';
import { exhibitsViewedInFull, previewExhibit, revealExhibit, revealsOfCase } from './index.ts';

describe('looking at an exhibit', () => {
  let desk: Desk;
  /** Exhibits by the name of the part that they came in. */
  let exhibits: ReadonlyMap<string, string>;
  let caseId: string;

  beforeAll(async () => {
    desk = await createDesk();
    const known = await testPicture(9);
    await listAsKnown(desk, known);
    const files = new Map([
      ['photo', await withMetadata(await testPicture(1, { width: 1600, height: 1200 }))],
      ['sharp-edges', await stripes(1600, 1200)],
      ['small', await testPicture(2, { width: 90, height: 60 })],
      ['animation', await animation([await testPicture(3), await testPicture(4)])],
      ['known', known],
      ['garbage', Buffer.from('no picture at all')],
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
  const preview = (part: string) => previewExhibit(desk, desk.person.id, id(part));
  const reveal = (part: string) => revealExhibit(desk, desk.person.id, id(part), 'a placeholder reason');
  const events = async (type: string) =>
    (
      await desk.db
        .selectFrom('events')
        .select(['payload', 'actor', 'case_id'])
        .where('type', '=', type)
        .orderBy('inserted')
        .execute()
    ).map((event) => ({ ...event, payload: event.payload as Record<string, unknown> }));

  it('shows a preview that is small and gray, and says nothing of where it was taken', async () => {
    const { bytes, mediaType } = await preview('photo');
    expect(mediaType).toBe('image/webp');
    const { data, info } = await pixelsOf(bytes);
    expect(Math.max(info.width, info.height)).toBe(160);
    let color = 0;
    for (let at = 0; at < data.length; at += info.channels) {
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      color = Math.max(color, Math.abs(red - green), Math.abs(red - blue));
    }
    // WebP stores brightness and color apart, and converting back rounds.
    expect(color).toBeLessThanOrEqual(2);
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ format: 'webp' });
    for (const kind of ['exif', 'xmp', 'iptc', 'icc'] as const) expect(metadata[kind]).toBeUndefined();
    expect(Buffer.from(bytes).includes('placeholder camera')).toBe(false);
  });

  it('blurs what it previews: nothing fine is left', async () => {
    const { bytes } = await preview('sharp-edges');
    const unblurred = await sharp(await stripes(1600, 1200))
      .resize({ width: 160 })
      .webp()
      .toBuffer();
    expect(await roughness(unblurred)).toBeGreaterThan(20);
    expect(await roughness(bytes)).toBeLessThan(3);
  });

  it('blurs a picture that is small already, and does not enlarge it', async () => {
    const { bytes } = await preview('small');
    const { info } = await pixelsOf(bytes);
    expect([info.width, info.height]).toEqual([90, 60]);
    expect(await roughness(bytes)).toBeLessThan(3);
  });

  it.each(['known', 'garbage'])('gives no preview of what is %s, and records none', async (part) => {
    const before = await events('exhibit.previewed');
    await expect(preview(part)).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-PREVIEWABLE', status: 409 });
    expect(await events('exhibit.previewed')).toEqual(before);
  });

  it('records each preview under the name of whoever looked', async () => {
    const before = (await events('exhibit.previewed')).length;
    await preview('photo');
    await preview('photo');
    const after = await events('exhibit.previewed');
    expect(after).toHaveLength(before + 2);
    expect(after.at(-1)).toEqual({
      payload: {
        exhibitId: id('photo'),
        tone: 'gray',
        blurred: true,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      actor: { kind: 'person', id: desk.person.id },
      case_id: caseId,
    });
  });

  it('reveals the whole picture in color, without its metadata, and records why', async () => {
    const { bytes, mediaType } = await reveal('photo');
    expect(mediaType).toBe('image/webp');
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ width: 1600, height: 1200 });
    expect(metadata.exif).toBeUndefined();
    expect((await events('exhibit.revealed')).at(-1)).toMatchObject({
      payload: { exhibitId: id('photo'), extent: 'full', reason: 'a placeholder reason' },
      actor: { kind: 'person', id: desk.person.id },
      case_id: caseId,
    });
    expect((await revealsOfCase(desk.db, caseId)).at(-1)).toMatchObject({
      exhibitId: id('photo'),
      personId: desk.person.id,
      personName: 'Test person',
      extent: 'full',
    });
  });

  it('reveals known material too, for a person who gives a reason', async () => {
    await reveal('known');
    expect((await events('exhibit.revealed')).at(-1)).toMatchObject({ payload: { exhibitId: id('known') } });
  });

  it('says of an animation that only its first frame was seen, so it does not count as viewed in full', async () => {
    await reveal('animation');
    expect((await events('exhibit.revealed')).at(-1)).toMatchObject({ payload: { extent: 'first-frame' } });
    await reveal('small');
    const viewed = await exhibitsViewedInFull(desk.db, caseId);
    expect(viewed.has(id('animation'))).toBe(false);
    expect(viewed.has(id('small'))).toBe(true);
    // A preview is no viewing either.
    expect(viewed.has(id('sharp-edges'))).toBe(false);
  });

  it('reveals nothing that cannot be decoded, and records no reveal of it', async () => {
    const before = (await events('exhibit.revealed')).length;
    await expect(reveal('garbage')).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-RENDERABLE' });
    expect(await events('exhibit.revealed')).toHaveLength(before);
  });

  it('shows nothing that could not be recorded', async () => {
    await desk.pool.query('ALTER TABLE events ADD CONSTRAINT no_more CHECK (false) NOT VALID');
    await expect(preview('photo')).rejects.toThrow(/no_more/);
    await expect(reveal('photo')).rejects.toThrow(/no_more/);
    await desk.pool.query('ALTER TABLE events DROP CONSTRAINT no_more');
  });

  it('finds no exhibit that there is not', async () => {
    const nothing = '00000000-0000-4000-8000-000000000001';
    for (const attempt of [
      () => previewExhibit(desk, desk.person.id, nothing),
      () => revealExhibit(desk, desk.person.id, nothing, 'a placeholder reason'),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });
});

async function listAsKnown(desk: Desk, picture: Buffer): Promise<void> {
  const { sha256 } = await desk.screening.examine(picture);
  const nothing = { externalId: null, label: null, threshold: null };
  const entry = { ...nothing, fingerprint: 'sha256', value: Buffer.from(sha256, 'hex') } as const;
  const actor = { kind: 'system', part: 'test' } as const;
  await desk.db
    .transaction()
    .execute((trx) => importEntries(trx, desk.clock, actor, { slug: 'test-list' }, [entry]));
}

function withMetadata(picture: Buffer): Promise<Buffer> {
  return sharp(picture)
    .withExif({ IFD0: { Make: 'placeholder camera' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } })
    .withIccProfile('srgb')
    .jpeg()
    .toBuffer();
}

/** Black and white stripes, each eight preview pixels wide or less: as sharp as a picture gets. */
function stripes(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (Math.floor(((at / 3) % width) / 40) % 2) * 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function animation(frames: Buffer[]): Promise<Buffer> {
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
}

function pixelsOf(bytes: Uint8Array) {
  return sharp(bytes).toColorspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

/** Mean difference between neighbors in a row, 0 to 255: what is left of edges. */
async function roughness(bytes: Uint8Array): Promise<number> {
  const { data, info } = await pixelsOf(bytes);
  let sum = 0;
  let count = 0;
  for (let y = 0; y < info.height; y += 1)
    for (let x = 1; x < info.width; x += 1) {
      const at = (y * info.width + x) * info.channels;
      sum += Math.abs((data[at] ?? 0) - (data[at - info.channels] ?? 0));
      count += 1;
    }
  return sum / count;
}
