import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, passedOn, testPicture, type Desk } from '../../test/desk/index.ts';
import { importEntries, listHashLists, removeHashList, type NewEntry } from '../hashlists/index.ts';
import { createScreening, MIN_PDQ_QUALITY, type Examination } from './index.ts';

const ACTOR = { kind: 'system', part: 'test' } as const;
const EMPTY = { externalId: null, label: null, threshold: null } as const;
const CODE = Buffer.alloc(32, 0b0101_0101);

describe('screening', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterEach(async () => {
    for (const { slug } of await listHashLists(desk.db))
      await desk.db.transaction().execute((trx) => removeHashList(trx, desk.clock, ACTOR, slug));
  });
  afterAll(() => desk.close());

  const list = (entries: readonly NewEntry[], slug = 'test-list') =>
    desk.db
      .transaction()
      .execute((trx) => importEntries(trx, desk.clock, ACTOR, { slug, name: 'Test list' }, entries));
  const lookUp = (examination: Examination) => desk.screening.lookUp(desk.db, examination);
  const screen = async (bytes: Uint8Array) => lookUp(await desk.screening.examine(bytes));

  it.each([
    [null, 31, 'match'],
    [null, 32, 'no-match'],
    [0, 0, 'match'],
    [0, 1, 'no-match'],
    [10, 10, 'match'],
    [10, 11, 'no-match'],
    [40, 40, 'match'],
    [40, 41, 'no-match'],
    [256, 256, 'match'],
  ])('with a threshold of %s answers a distance of %d bits with %s', async (threshold, distance, verdict) => {
    await list([pdqEntry(CODE, threshold)]);
    const answer = await lookUp(examined({ pdq: flipped(CODE, distance) }));
    expect(answer.verdict).toBe(verdict);
    if (answer.verdict === 'match')
      expect(answer.matches).toMatchObject([{ listSlug: 'test-list', fingerprint: 'pdq', distance }]);
  });

  it('lets a wide threshold widen no other entry', async () => {
    await list([
      pdqEntry(CODE, 200),
      pdqEntry(Buffer.from(flipped(CODE, 1), 'hex')),
      pdqEntry(Buffer.alloc(32)),
    ]);
    const answer = await lookUp(examined({ pdq: flipped(CODE, 40) }));
    expect(answer).toMatchObject({ verdict: 'match', matches: [{ distance: 40 }] });
  });

  it('compares a perceptual hash from quality 50 on, and never calls what it did not compare clean', async () => {
    await list([pdqEntry(CODE)]);
    const pdq = CODE.toString('hex');
    expect(await lookUp(examined({ pdq, quality: MIN_PDQ_QUALITY }))).toMatchObject({ verdict: 'match' });
    const low = { verdict: 'unscanned', reason: 'low-quality' };
    expect(await lookUp(examined({ pdq, quality: MIN_PDQ_QUALITY - 1 }))).toEqual(low);
    expect(await lookUp(examined({ pdq: flipped(CODE, 128), quality: 0 }))).toEqual(low);
  });

  it('calls an animation unscanned of which one frame has too little detail', async () => {
    const frame = await sharp(await testPicture(1, { width: 128, height: 96 }))
      .raw()
      .toBuffer();
    const blank = Buffer.alloc(frame.length, 128);
    const animation = await sharp(Buffer.concat([frame, blank]), {
      raw: { width: 128, height: 192, channels: 3, pageHeight: 96 },
    })
      .webp({ lossless: true })
      .toBuffer();
    const examination = await desk.screening.examine(animation);
    expect(examination.seen).toMatchObject({ frames: 2 });
    expect(await lookUp(examination)).toEqual({ verdict: 'unscanned', reason: 'low-quality' });
  });

  it('calls an animation unscanned beyond its first frame, unless that one matches', async () => {
    await list([pdqEntry(CODE)]);
    const warnings = ['first-frame-only'];
    const answers = [
      await lookUp(examined({ pdq: flipped(CODE, 128), warnings })),
      await lookUp(examined({ pdq: CODE.toString('hex'), warnings })),
      await lookUp(examined({ pdq: flipped(CODE, 128), warnings, quality: 3 })),
    ];
    expect(answers).toMatchObject([
      { verdict: 'unscanned', reason: 'first-frame-only' },
      { verdict: 'match' },
      { verdict: 'unscanned', reason: 'low-quality' },
    ]);
  });

  it.each(['md5', 'sha1', 'sha256'] as const)(
    'finds the exact %s of bytes that no picture is made of',
    async (kind) => {
      const bytes = Buffer.from('no picture at all');
      const examination = await desk.screening.examine(bytes);
      expect(await lookUp(examination)).toEqual({ verdict: 'unscanned', reason: 'unrecognized-format' });
      await list([{ ...EMPTY, fingerprint: kind, value: Buffer.from(examination[kind], 'hex') }]);
      expect(await lookUp(examination)).toMatchObject({
        verdict: 'match',
        matches: [{ fingerprint: kind, distance: 0 }],
      });
    },
  );

  it('says with each match which entry of which list it is, on however many lists', async () => {
    const entry = { ...pdqEntry(CODE), externalId: 'e-1', label: 'a label' };
    await list([entry]);
    await list([entry], 'other-list');
    const answer = await lookUp(examined({ pdq: CODE.toString('hex') }));
    if (answer.verdict !== 'match') throw new Error('there is no match');
    expect(answer.matches.map((match) => match.listSlug).toSorted()).toEqual(['other-list', 'test-list']);
    for (const match of answer.matches)
      expect(match).toMatchObject({ listName: 'Test list', externalId: 'e-1', label: 'a label' });
  });

  it('tells of a hundred matches at most, the nearest, where a list matches everything', async () => {
    await list(Array.from({ length: 500 }, (_, bits) => pdqEntry(uniqueCode(bits), 256)));
    await list([pdqEntry(CODE)], 'other-list');
    const answer = await lookUp(examined({ pdq: CODE.toString('hex') }));
    if (answer.verdict !== 'match') throw new Error('there is no match');
    expect(answer.matches).toHaveLength(100);
    expect(answer.matches[0]).toMatchObject({ listSlug: 'other-list', distance: 0 });
  });

  it('sees every change of the lists at once', async () => {
    const examination = examined({ pdq: CODE.toString('hex') });
    for (let round = 0; round < 3; round += 1) {
      expect(await lookUp(examination)).toEqual({ verdict: 'no-match' });
      await list([pdqEntry(CODE)]);
      expect(await lookUp(examination)).toMatchObject({ verdict: 'match' });
      await desk.db.transaction().execute((trx) => removeHashList(trx, desk.clock, ACTOR, 'test-list'));
    }
  });

  it('never misses an entry that was committed before the look-up, while lists come in', async () => {
    const codes = Array.from({ length: 12 }, (_, index) => Buffer.alloc(32, index * 20));
    let committed = 0;
    const importing = (async () => {
      for (const [index, code] of codes.entries()) {
        await list([pdqEntry(code, 0)], `list-${index}`);
        committed = index + 1;
      }
    })();
    const looking = Array.from({ length: 4 }, async () => {
      while (committed < codes.length) {
        const latest = codes[committed - 1];
        if (latest === undefined) await lookUp(examined({ pdq: '55'.repeat(32) }));
        else
          expect(await lookUp(examined({ pdq: latest.toString('hex') }))).toMatchObject({ verdict: 'match' });
      }
    });
    await Promise.all([importing, ...looking]);
  });

  it('forgets what it read in a transaction that was rolled back', async () => {
    const [first, second] = [CODE, Buffer.alloc(32, 0xf0)];
    const attempt = desk.db.transaction().execute(async (trx) => {
      await importEntries(trx, desk.clock, ACTOR, { slug: 'undone' }, [pdqEntry(first)]);
      await desk.screening.lookUp(trx, examined({ pdq: first.toString('hex') }));
      throw new Error('placeholder');
    });
    await expect(attempt).rejects.toThrow('placeholder');
    await list([pdqEntry(second)]);
    expect(await lookUp(examined({ pdq: second.toString('hex') }))).toMatchObject({ verdict: 'match' });
    expect(await lookUp(examined({ pdq: first.toString('hex') }))).toEqual({ verdict: 'no-match' });
  });

  it('answers again once the database does', async () => {
    await list([pdqEntry(CODE)]);
    const screening = createScreening({ decoder: desk.decoder, count: () => {} });
    const examination = examined({ pdq: CODE.toString('hex') });
    await desk.pool.query('ALTER TABLE hash_list_entries RENAME TO hidden');
    await expect(screening.lookUp(desk.db, examination)).rejects.toThrow();
    await desk.pool.query('ALTER TABLE hidden RENAME TO hash_list_entries');
    expect(await screening.lookUp(desk.db, examination)).toMatchObject({ verdict: 'match' });
  });

  it('finds a picture again after it was passed on, and no other', async () => {
    const known = await testPicture(1);
    const { seen: picture } = await desk.screening.examine(known);
    if (picture.kind !== 'picture') throw new Error('the picture was not decoded');
    await list([pdqEntry(Buffer.from(picture.pdq, 'hex'))]);
    expect(await screen(await passedOn(known))).toMatchObject({ verdict: 'match' });
    expect(await screen(await testPicture(2))).toEqual({ verdict: 'no-match' });
  });

  it('writes nothing when there is no match, and counts every outcome', async () => {
    await list([pdqEntry(CODE)]);
    const before = await rowsOfEveryTable(desk);
    desk.verdicts.length = 0;
    const flat = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'gray' } })
      .png()
      .toBuffer();
    for (const bytes of [await testPicture(3), flat, Buffer.from('no picture'), Buffer.alloc(0)])
      await screen(bytes);
    expect(await rowsOfEveryTable(desk)).toEqual(before);
    expect(desk.verdicts).toEqual([
      { verdict: 'no-match' },
      { verdict: 'unscanned', reason: 'low-quality' },
      { verdict: 'unscanned', reason: 'unrecognized-format' },
      { verdict: 'unscanned', reason: 'empty' },
    ]);
  });
});

function pdqEntry(value: Buffer, threshold: number | null = null): NewEntry {
  return { ...EMPTY, fingerprint: 'pdq', value, threshold };
}

function examined(picture: { pdq: string; quality?: number; warnings?: readonly string[] }): Examination {
  const digests = { sha256: '00'.repeat(32), sha1: '00'.repeat(20), md5: '00'.repeat(16) };
  const { pdq, quality = 100, warnings = [] } = picture;
  const size = { kind: 'picture', width: 9, height: 9, frames: 1, decodedAs: 'jpeg' } as const;
  return { bytes: 1, ...digests, seen: { pdq, quality, looks: [{ pdq, quality }], warnings, ...size } };
}

function uniqueCode(seed: number): Buffer {
  const code = Buffer.alloc(32, 0xaa);
  code.writeUInt16BE(seed);
  return code;
}

/** The code in hex with its first `bits` bits flipped. */
function flipped(code: Buffer, bits: number): string {
  const copy = Buffer.from(code);
  for (let bit = 0; bit < bits; bit += 1) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy.toString('hex');
}

async function rowsOfEveryTable({ pool }: Desk): Promise<Record<string, number>> {
  const tables = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ count: number }>(`SELECT count(*) FROM ${name}`);
    counts[name] = rows[0]?.count ?? -1;
  }
  return counts;
}
