import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { FORM_TYPE, rawForm } from './multipart.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type WatchedDesk,
} from './watched-desk.ts';

const HEADER = 'fingerprint,value,id,label,threshold\n';
const pdq = (seed: number) => seed.toString(16).padStart(8, '0').repeat(8);
const line = (seed: number) => `pdq,${pdq(seed)},e-${seed},${MARK} label,31\n`;

describe('the import of a hash list', () => {
  let watched: WatchedDesk;
  let cookie: string;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    ({ cookie } = await watched.signInAs('administrator'));
  });
  afterAll(() => watched.close());

  const send = (body: string | Buffer, { type = 'text/csv', url = '/v1/hash-lists/test-list/import' } = {}) =>
    watched.post(url, body, {
      'content-type': type,
      authorization: '',
      cookie,
      'sec-fetch-site': 'same-origin',
    });

  it.each([
    ['nothing', '', 'BW-LIST-EMPTY', undefined],
    ['only a header', HEADER, 'BW-LIST-EMPTY', undefined],
    ['an unknown column', 'fingerprint,value,extra\n', 'BW-LIST-INVALID', 'line 1'],
    ['a column twice', 'fingerprint,value,value\n', 'BW-LIST-INVALID', 'line 1'],
    [
      'a PDQ of 63 hex digits',
      `${HEADER}${line(1)}pdq,${pdq(2).slice(1)},e,l,31\n`,
      'BW-LIST-INVALID',
      'line 3',
    ],
    ['a PDQ of other letters', `${HEADER}pdq,${'g'.repeat(64)},e,l,31\n`, 'BW-LIST-INVALID', 'line 2'],
    ['a threshold beyond all bits', `${HEADER}pdq,${pdq(1)},e,l,257\n`, 'BW-LIST-INVALID', 'line 2'],
    ['a threshold for an MD5', `${HEADER}md5,${'0'.repeat(32)},e,l,1\n`, 'BW-LIST-INVALID', 'line 2'],
    ['a NUL in a label', `${HEADER}pdq,${pdq(1)},e,\0,31\n`, 'BW-LIST-INVALID', 'line 2'],
    ['a quote that never closes', `${HEADER}pdq,${pdq(1)},e,"${MARK},31\n`, 'BW-LIST-INVALID', 'line 2'],
    ['a line without end', `${HEADER}${'0'.repeat(2_000_000)}`, 'BW-LIST-CUT', undefined],
    ['a cut in the middle of a value', HEADER + line(1) + line(2).slice(0, 40), 'BW-LIST-CUT', 'line 3'],
    ['a cut in the middle of a name', `${HEADER}${line(1)}pd`, 'BW-LIST-CUT', 'line 3'],
  ])('with %s is refused whole', async (_what, body, code, path) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 422, code });
    if (path !== undefined) expect(answer.details).toEqual([expect.objectContaining({ path })]);
    expect(await entries()).toBe(0);
  });

  it.each([
    ['not JSON', '{\n', 'BW-LIST-INVALID'],
    ['a text', '"placeholder"\n', 'BW-LIST-INVALID'],
    ['null', 'null\n', 'BW-LIST-INVALID'],
    ['lists in lists', `${'['.repeat(9000)}${']'.repeat(9000)}\n`, 'BW-LIST-INVALID'],
    ['a prototype', `{"__proto__":{"fingerprint":"pdq","value":"${pdq(1)}"}}\n`, 'BW-LIST-INVALID'],
    ['an unknown field', `{"fingerprint":"pdq","value":"${pdq(1)}","extra":1}\n`, 'BW-LIST-INVALID'],
    [
      'half of a surrogate pair',
      `{"fingerprint":"pdq","value":"${pdq(1)}","label":"\\ud800"}\n`,
      'BW-LIST-INVALID',
    ],
    ['a cut', `{"fingerprint":"pdq","value":"${pdq(1)}"}\n{"fingerprint":"pdq","val`, 'BW-LIST-CUT'],
    ['a line too long', 'x'.repeat(2_000_000), 'BW-LIST-INVALID'],
  ])('as JSON Lines with %s is refused whole', async (_what, body, code) => {
    expect(await send(body, { type: 'application/x-ndjson' })).toMatchObject({ status: 422, code });
    expect(await entries()).toBe(0);
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'text/csvx', ''])(
    'as the content type "%s" is refused',
    async (type) => {
      expect(await send(HEADER + line(1), { type })).toMatchObject({ status: 415, code: 'BW-CONTENT-TYPE' });
    },
  );

  it.each([
    ['%00', 'BW-TEXT-UNSTORABLE'],
    ['', 'BW-BODY-INVALID'],
    ['%20', 'BW-BODY-INVALID'],
    ['x'.repeat(201), 'BW-BODY-INVALID'],
    ['a&name=b', 'BW-BODY-INVALID'],
    ['a&extra=1', 'BW-UNKNOWN-FIELD'],
  ])('under the name "%s" is refused', async (name, code) => {
    const url = `/v1/hash-lists/test-list/import?name=${name}`;
    expect(await send(HEADER + line(1), { url })).toMatchObject({ status: 422, code });
    expect(await entries()).toBe(0);
  });

  it.each(['Test', '-a', 'a_b', '__proto__', '%00', 'a%0a', 'x'.repeat(65)])(
    'into the list "%s" is refused',
    async (slug) => {
      const url = `/v1/hash-lists/${slug}/import`;
      expect(await send(HEADER + line(1), { url })).toMatchObject({ status: 422, code: 'BW-BODY-INVALID' });
    },
  );

  it('of 100,000 entries is taken whole, and pages through to its end', async () => {
    const lines = Array.from({ length: 100_000 }, (_, seed) => line(seed));
    const sent = await send(HEADER + lines.join(''));
    expect(sent.status).toBe(200);
    expect(sent.answer.json()).toMatchObject({ read: 100_000, added: 100_000, alreadyPresent: 0 });
    const again = await send(HEADER + line(7) + line(7));
    expect(again.answer.json()).toMatchObject({ read: 2, added: 0, alreadyPresent: 2 });
    const page = await watched.api.inject({
      url: '/v1/hash-lists/test-list/entries?limit=200',
      headers: { cookie },
    });
    expect(page.json<{ items: unknown[] }>().items).toHaveLength(200);
  });

  it('whose every entry matches every picture leaves the screening answering', async () => {
    const every = Array.from({ length: 70_000 }, (_, seed) => `pdq,${pdq(seed)},,,256\n`);
    expect((await send(HEADER + every.join(''), { url: '/v1/hash-lists/wide-list/import' })).status).toBe(
      200,
    );
    const { status, answer } = await watched.post('/v1/screen', await testPicture(1), {
      'content-type': 'image/jpeg',
    });
    expect(status).toBe(200);
    const { verdict, matches } = answer.json<{ verdict: string; matches: unknown[] }>();
    expect({ verdict, told: matches.length }).toEqual({ verdict: 'match', told: 100 });
    await expectSoundWithPicture();
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
  });

  /** The job that screens a report has to get through as well. */
  async function expectSoundWithPicture(): Promise<void> {
    const group = { id: 'group-wide', picture: 'p1' };
    const parts = [
      { name: 'report', content: JSON.stringify(goodReport({ group })) },
      { name: 'p1', fileName: 'p1.jpg', content: await testPicture(2) },
    ];
    const sent = await watched.post('/v1/user-reports', rawForm(parts), { 'content-type': FORM_TYPE });
    expect(sent.status).toBe(201);
    await watched.desk.runJobs();
  }

  async function entries(): Promise<number> {
    const rows = await watched.desk.db.selectFrom('hash_list_entries').select('id').execute();
    return rows.length;
  }
});
