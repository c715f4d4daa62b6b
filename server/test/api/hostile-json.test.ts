import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type WatchedDesk,
} from './watched-desk.ts';

const REPORTS = '/v1/user-reports';
const NUL = '\0';
const HALF = '\ud83d';

describe('a JSON body', () => {
  let watched: WatchedDesk;
  beforeAll(async () => {
    watched = await createWatchedDesk();
  });
  afterAll(() => watched.close());

  it.each([
    ['an object', '{}', 422, 'BW-BODY-INVALID'],
    ['a list', '[]', 422, 'BW-BODY-INVALID'],
    ['null', 'null', 422, 'BW-BODY-INVALID'],
    ['a text', '"report"', 422, 'BW-BODY-INVALID'],
    ['nothing', '', 400, 'BW-BODY-EMPTY'],
    ['no JSON', `{"group": ${MARK}`, 400, 'BW-BODY-NOT-JSON'],
    ['half of JSON', JSON.stringify(goodReport()).slice(0, 150), 400, 'BW-BODY-NOT-JSON'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'BW-BODY-NOT-JSON'],
    ['a prototype', '{"__proto__": {"reason": "other"}}', 400, 'BW-BODY-NOT-JSON'],
    ['a prototype by its constructor', '{"constructor": {"prototype": {}}}', 400, 'BW-BODY-NOT-JSON'],
    ['lists in lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 422, 'BW-BODY-INVALID'],
    ['objects in objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 422, 'BW-BODY-INVALID'],
    ['10 megabytes', JSON.stringify({ comment: 'x'.repeat(10_000_000) }), 413, 'BW-BODY-TOO-LARGE'],
  ])('of %s is refused with its code', async (_what, body, status, code) => {
    expect(await watched.post(REPORTS, body)).toMatchObject({ status, code });
  });

  it.each([
    ['extra', { extra: 1 }],
    ['group.extra', { group: { id: 'g', extra: 1 } }],
    ['group.members.0.extra', { group: { id: 'g', members: [{ account: { id: 'a' }, extra: 1 }] } }],
    ['group.members.0.account.extra', { group: { id: 'g', members: [{ account: { id: 'a', extra: 1 } }] } }],
    [
      'message.extra',
      { message: { id: 'm', sender: { id: 'a' }, sentAt: '2026-01-15T08:00:00Z', extra: 1 } },
    ],
    ['reporter.extra', { reporter: { id: 'a', extra: 1 } }],
    [
      'context.0.attachments.0.extra',
      {
        context: [
          {
            id: 'm',
            sender: { id: 'a' },
            sentAt: '2026-01-15T08:00:00Z',
            attachments: [{ file: 'f', extra: 1 }],
          },
        ],
      },
    ],
    ['constructor', { constructor: 1 }],
    ['toString', { toString: 1 }],
  ])('with the unknown field %s is refused, and the field is named', async (path, changes) => {
    expect(await watched.post(REPORTS, goodReport(changes))).toMatchObject({
      status: 422,
      code: 'BW-UNKNOWN-FIELD',
      details: [{ path }],
    });
  });

  it.each([
    ['comment', { comment: `${MARK}${NUL}` }],
    ['comment', { comment: HALF }],
    ['group.id', { group: { id: `g${NUL}` } }],
    [
      'group.members.0.account.handle',
      { group: { id: 'g', members: [{ account: { id: 'a', handle: HALF } }] } },
    ],
    ['', { [`a${NUL}b`]: 1 }],
  ])('with text that cannot be stored at "%s" is refused, and the place is named', async (path, changes) => {
    expect(await watched.post(REPORTS, goodReport(changes))).toMatchObject({
      status: 422,
      code: 'BW-TEXT-UNSTORABLE',
      details: [{ path }],
    });
  });

  it.each([
    ['a day that there is not', '2026-02-30T00:00:00Z'],
    ['an hour that there is not', '2026-01-01T25:00:00Z'],
    ['no zone', '2026-01-01T00:00:00'],
    ['a year of six digits', '+275760-09-13T00:00:00Z'],
    ['a year beyond all dates', '+999999-01-01T00:00:00Z'],
    ['a year before all years', '-000001-01-01T00:00:00Z'],
    ['only a date', '2026-01-01'],
    ['a number', 1_768_000_000],
    ['nothing', ''],
  ])('with a time of %s is refused', async (_what, occurredAt) => {
    expect(await watched.post(REPORTS, goodReport({ occurredAt }))).toMatchObject({
      status: 422,
      code: 'BW-BODY-INVALID',
      details: [{ path: 'occurredAt' }],
    });
  });

  it.each([
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '2026-01-15T08:00:00.123456789Z',
    '2126-01-15T08:00:00Z',
  ])('with the far or fine time %s is taken, and its case can be read', async (at) => {
    const group = { id: `group-${at}`, members: [{ account: { id: 'a' }, joinedAt: at, leftAt: at }] };
    const message = { id: 'm', sender: { id: 'a' }, sentAt: at };
    const sent = await watched.post(REPORTS, goodReport({ group, message, occurredAt: at }));
    expect(sent.status).toBe(201);
    await watched.desk.runJobs();
    await expectReadableCase(watched, sent.answer.json());
  });

  it('with 2,000 members is taken; with one more it is refused', async () => {
    const members = Array.from({ length: 2000 }, (_, index) => ({
      account: { id: `account-${index}`, handle: `${MARK}-${index}` },
    }));
    const group = { id: 'group-crowd', members };
    const sent = await watched.post(REPORTS, goodReport({ group }));
    expect(sent.status).toBe(201);
    await watched.desk.runJobs();
    await expectReadableCase(watched, sent.answer.json());
    const more = { id: 'group-crowd', members: [...members, { account: { id: 'one-more' } }] };
    expect(await watched.post(REPORTS, goodReport({ group: more }))).toMatchObject({
      status: 422,
      details: [{ path: 'group.members' }],
    });
  });

  it('that names one account many times with different handles makes one account of it', async () => {
    const members = Array.from({ length: 50 }, (_, index) => ({
      account: { id: 'account-same', handle: `${MARK}-${index}` },
      role: index % 2 === 0 ? 'admin' : 'member',
    }));
    const reporter = { id: 'account-same', handle: `${MARK}-reporter` };
    const sent = await watched.post(REPORTS, goodReport({ group: { id: 'group-same', members }, reporter }));
    expect(sent.status).toBe(201);
    await watched.desk.runJobs();
    const accounts = await watched.desk.db
      .selectFrom('accounts')
      .select('handle')
      .where('external_id', '=', 'account-same')
      .execute();
    expect(accounts).toEqual([{ handle: `${MARK}-reporter` }]);
    await expectReadableCase(watched, sent.answer.json());
  });

  it('with texts of the greatest length in the widest script is taken', async () => {
    const account = { id: wide(255), handle: wide(255), displayName: wide(1000) };
    const group = { id: wide(255), name: wide(800), description: wide(10_000), members: [{ account }] };
    const message = { id: wide(255), sender: account, sentAt: '2026-01-15T08:00:00Z', text: wide(20_000) };
    const sent = await watched.post(REPORTS, goodReport({ group, message, comment: wide(4000) }), {
      'idempotency-key': '~'.repeat(255),
    });
    expect(sent.status).toBe(201);
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
  });
});

async function expectReadableCase(watched: WatchedDesk, receipt: { userReportId: string }): Promise<void> {
  const { api, desk, serviceKey } = watched;
  const url = `${REPORTS}/${receipt.userReportId}`;
  const { caseId } = (await api.inject({ url, headers: serviceKey })).json<{ caseId: string }>();
  const cookie = await desk.signIn();
  const page = await api.inject({ url: `/v1/cases/${caseId}`, headers: { cookie } });
  expect(page.statusCode).toBe(200);
}

/** Text of three bytes a character, of which no two stretches are the same. */
function wide(length: number): string {
  const letters = Array.from({ length }, (_, index) => 0x4e00 + ((index * 7919) % 20_000));
  return letters.map((letter) => String.fromCharCode(letter)).join('');
}
