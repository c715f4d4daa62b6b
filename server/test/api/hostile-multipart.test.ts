import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { BOUNDARY, FORM_TYPE, rawForm, type RawPart } from './multipart.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type WatchedDesk,
} from './watched-desk.ts';

const REPORTS = '/v1/user-reports';

describe('a multipart body', () => {
  let watched: WatchedDesk;
  let picture: Buffer;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    picture = await testPicture(1);
  });
  afterAll(() => watched.close());

  const withPicture = goodReport({ group: { id: 'group-1', name: `${MARK} group`, picture: 'p1' } });
  const report: RawPart = { name: 'report', content: JSON.stringify(withPicture) };
  const file = (name: string, content: Buffer = picture): RawPart => ({
    name,
    fileName: `${MARK}.jpg`,
    type: 'image/jpeg',
    content,
  });
  const send = (body: Buffer, headers: Record<string, string> = {}) =>
    watched.post(REPORTS, body, { 'content-type': FORM_TYPE, ...headers });

  it.each<[string, () => RawPart[]]>([
    ['as a field', () => [report, file('p1')]],
    ['as a field that says it is JSON', () => [{ ...report, type: 'application/json' }, file('p1')]],
    ['as a file', () => [{ ...report, fileName: 'r.json', type: 'application/json' }, file('p1')]],
    ['as bytes', () => [{ ...report, type: 'application/octet-stream' }, file('p1')]],
    ['after its file', () => [file('p1'), report]],
    ['with a byte order mark', () => [{ ...report, content: `\ufeff${String(report.content)}` }, file('p1')]],
  ])('is taken with the report %s', async (_what, parts) => {
    const { status, answer } = await send(rawForm(parts()));
    expect(status).toBe(201);
    expect(answer.json()).toMatchObject({ exhibits: [{ file: 'p1', verdict: 'pending' }] });
  });

  it('is the same to an idempotency key, however the report was wrapped', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await send(rawForm([report, file('p1')]), key);
    const again = await send(rawForm([file('p1'), { ...report, fileName: 'r.json' }]), key);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.answer.json()).toMatchObject({
      userReportId: first.answer.json<{ userReportId: string }>().userReportId,
    });
    const other = await send(rawForm([report, file('p1', await testPicture(2))]), key);
    expect(other).toMatchObject({ status: 409, code: 'BW-IDEMPOTENCY-KEY-REUSED' });
  });

  it.each<[string, () => RawPart[], number, string, unknown]>([
    ['no parts', () => [], 400, 'BW-MULTIPART-INVALID', [{ path: 'report' }]],
    ['no report', () => [file('p1')], 400, 'BW-MULTIPART-INVALID', [{ path: 'report' }]],
    ['two reports', () => [report, report, file('p1')], 400, 'BW-MULTIPART-INVALID', [{ path: 'report' }]],
    ['a part twice', () => [report, file('p1'), file('p1')], 400, 'BW-MULTIPART-INVALID', [{ path: 'p1' }]],
    [
      'a picture as a field',
      () => [report, { name: 'p1', content: picture }],
      400,
      'BW-MULTIPART-INVALID',
      [{ path: 'p1' }],
    ],
    ['a picture missing', () => [report], 422, 'BW-MULTIPART-PART-MISSING', [{ path: 'group.picture' }]],
    [
      'a picture under another name',
      () => [report, file('p2')],
      422,
      'BW-MULTIPART-PART-MISSING',
      [{ path: 'group.picture' }],
    ],
    [
      'a picture too many',
      () => [report, file('p1'), file('p2')],
      422,
      'BW-MULTIPART-PART-UNUSED',
      [{ path: 'p2' }],
    ],
    ['a part without a name', () => [report, { content: 'x' }], 400, 'BW-MULTIPART-INVALID', undefined],
    [
      'a part with the name of a prototype',
      () => [report, file('__proto__')],
      400,
      'BW-MULTIPART-INVALID',
      undefined,
    ],
    [
      '1,000 parts',
      () => Array.from({ length: 1000 }, (_, index) => file(`p${index}`, Buffer.from('x'))),
      400,
      'BW-MULTIPART-INVALID',
      undefined,
    ],
    [
      'a part over the limit',
      () => [report, file('p1', Buffer.alloc(33 * 1024 * 1024))],
      413,
      'BW-BODY-TOO-LARGE',
      undefined,
    ],
    [
      'a report over the limit',
      () => [{ ...report, content: ' '.repeat(3 * 1024 * 1024) }],
      413,
      'BW-BODY-TOO-LARGE',
      undefined,
    ],
    ['no JSON', () => [{ ...report, content: MARK }], 400, 'BW-BODY-NOT-JSON', undefined],
    [
      'a report of another encoding',
      () => [{ ...report, content: Buffer.from('{"comment":"\xe9"}', 'latin1') }],
      400,
      'BW-BODY-NOT-JSON',
      undefined,
    ],
    [
      'lists in lists',
      () => [{ ...report, content: '['.repeat(90_000) + ']'.repeat(90_000) }],
      422,
      'BW-BODY-INVALID',
      undefined,
    ],
    [
      'an unknown field',
      () => [{ ...report, content: JSON.stringify(goodReport({ extra: 1 })) }],
      422,
      'BW-UNKNOWN-FIELD',
      [{ path: 'extra' }],
    ],
    [
      'a prototype',
      () => [{ ...report, content: '{"__proto__":{"reason":"other"}}' }],
      422,
      'BW-BODY-INVALID',
      undefined,
    ],
    [
      'a NUL in a text',
      () => [{ ...report, content: JSON.stringify(goodReport({ comment: '\0' })) }],
      422,
      'BW-TEXT-UNSTORABLE',
      [{ path: 'comment' }],
    ],
    [
      'half of a surrogate pair in a text',
      () => [{ ...report, content: JSON.stringify(goodReport({ comment: '\udc00' })) }],
      422,
      'BW-TEXT-UNSTORABLE',
      [{ path: 'comment' }],
    ],
  ])('with %s is refused with its code', async (_what, parts, status, code, details) => {
    const answer = await send(rawForm(parts()));
    expect(answer).toMatchObject({ status, code, ...(details === undefined ? {} : { details }) });
  });

  it.each([
    ['without a boundary', 'multipart/form-data'],
    ['with an empty boundary', 'multipart/form-data; boundary='],
    ['with another boundary', 'multipart/form-data; boundary=other'],
  ])('declared %s is refused', async (_what, type) => {
    const answer = await send(rawForm([report, file('p1')]), { 'content-type': type });
    expect(answer).toMatchObject({ status: 400, code: 'BW-MULTIPART-INVALID' });
  });

  it('cut at any place is refused and leaves nothing behind', async () => {
    const before = await reportCount();
    const small = await testPicture(3, { width: 16, height: 16 });
    const whole = rawForm([report, file('p1', small)]);
    // The closing boundary is told from one that opens a part by its two last hyphens.
    const end = whole.length - '--\r\n'.length;
    for (let at = 0; at <= end; at += at > end - 20 ? 1 : 37) {
      const answer = await send(whole.subarray(0, at));
      expect(answer, `cut at ${at} of ${whole.length}`).toMatchObject({ code: 'BW-MULTIPART-INVALID' });
    }
    expect(await reportCount()).toBe(before);
  });

  it('may mention one file twice, and two files may have the same bytes', async () => {
    const twice = goodReport({
      group: { id: 'group-twice', picture: 'p1', members: [{ account: { id: 'a', picture: 'p1' } }] },
      context: [
        {
          id: 'm',
          sender: { id: 'a', picture: 'p2' },
          sentAt: '2026-01-15T08:00:00Z',
          attachments: [{ file: 'p1' }, { file: 'p1', name: `${MARK}.jpg` }],
        },
      ],
    });
    const parts = [{ ...report, content: JSON.stringify(twice) }, file('p1'), file('p2')];
    const { status, answer } = await send(rawForm(parts));
    expect(status).toBe(201);
    expect(answer.json()).toMatchObject({ exhibits: [{ file: 'p1' }, { file: 'p2' }] });
    await watched.desk.runJobs();
  });

  it('may name a boundary that its own text has in it', async () => {
    const tricky = goodReport({ comment: `--${BOUNDARY} is only a boundary after a line break` });
    const answer = await send(rawForm([{ ...report, content: JSON.stringify(tricky) }]));
    expect(answer.status).toBe(201);
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
  });

  async function reportCount(): Promise<number> {
    const rows = await watched.desk.db.selectFrom('user_reports').select('id').execute();
    return rows.length;
  }
});
