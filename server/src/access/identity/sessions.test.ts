import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../../test/desk/index.ts';
import { openSession, useSession, endSessions, listSessions, type TokenUse } from './sessions.ts';

const MINUTE = 60_000;
const BROWSER = 'Firefox on Linux';

describe('a session', () => {
  let desk: Desk;
  let token: string;
  let sessionId: string;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  beforeEach(async () => {
    const opened = await desk.db
      .transaction()
      .execute((trx) =>
        openSession(trx, desk.clock, { personId: desk.person.id, method: 'passkey', browser: BROWSER }),
      );
    token = opened.sessionToken;
    sessionId = opened.session.id;
  });

  const use = (shown = token, more: Partial<TokenUse> = {}) =>
    useSession(desk.db, desk.clock, { token: shown, browser: BROWSER, presence: 'active', ...more });
  const ends = async () => {
    const rows = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'session.ended')
      .execute();
    const payloads = rows.map(({ payload }) => payload as { sessionId: string; because: string });
    return payloads.filter((payload) => payload.sessionId === sessionId).map(({ because }) => because);
  };
  /** Works on, a few minutes at a time, and takes every new token. */
  const work = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 5) {
      desk.clock.advance(5 * MINUTE);
      token = (await use())?.renewedToken ?? token;
    }
  };

  it('ends after half an hour without anybody', async () => {
    desk.clock.advance(30 * MINUTE - 1);
    expect(await use()).toBeDefined();
    desk.clock.advance(30 * MINUTE);
    expect(await use()).toBeUndefined();
    expect(await listSessions(desk.db, desk.clock, desk.person.id)).toEqual([]);
  });

  it('is not kept open by what a page asks for by itself', async () => {
    for (let minutes = 0; minutes < 30; minutes += 5) {
      expect(await use(token, { presence: 'background' })).toBeDefined();
      desk.clock.advance(5 * MINUTE);
    }
    expect(await use()).toBeUndefined();
  });

  it('ends after twelve hours, however busy', async () => {
    await work(12 * 60 - 5);
    expect(await use()).toBeDefined();
    desk.clock.advance(5 * MINUTE);
    expect(await use()).toBeUndefined();
  });

  it('changes its token every quarter of an hour; the one before works on for a minute', async () => {
    const first = token;
    desk.clock.advance(15 * MINUTE);
    const second = String((await use())?.renewedToken);
    expect(second).not.toBe('undefined');
    expect(await use(second)).toMatchObject({ session: { id: sessionId }, renewedToken: undefined });
    desk.clock.advance(MINUTE);
    expect(await use(first)).toMatchObject({ session: { id: sessionId } });
  });

  it('goes on with the old token when the answer with the new one got lost', async () => {
    desk.clock.advance(15 * MINUTE);
    await use();
    for (let minutes = 0; minutes < 20; minutes += 5) {
      desk.clock.advance(5 * MINUTE);
      expect(await use()).toBeDefined();
    }
  });

  it('gives one new token to many requests at once', async () => {
    desk.clock.advance(15 * MINUTE);
    const answers = await Promise.all(Array.from({ length: 8 }, () => use()));
    expect(answers.filter((answer) => answer?.renewedToken !== undefined)).toHaveLength(1);
  });

  it('ends for both when a token was copied and one of them has gone on', async () => {
    const copied = token;
    await work(25);
    expect(token).not.toBe(copied);
    await expect(use(copied)).rejects.toMatchObject({ code: 'BW-SESSION-REVOKED', status: 401 });
    expect(await use()).toBeUndefined();
    expect(await ends()).toEqual(['token-reused']);
  });

  it('ends when its token turns up in another browser', async () => {
    await expect(use(token, { browser: 'Chrome on Windows' })).rejects.toMatchObject({
      code: 'BW-SESSION-REVOKED',
    });
    expect(await use()).toBeUndefined();
    expect(await ends()).toEqual(['another-browser']);
  });

  it('ends when the roles of its person change', async () => {
    const roles = (names: string[]) =>
      desk.db.updateTable('people').set({ roles: names }).where('id', '=', desk.person.id).execute();
    await roles(['administrator']);
    expect(await use()).toBeUndefined();
    await roles([...desk.person.roles]);
    expect(await use()).toBeUndefined();
    expect(await ends()).toEqual(['roles-changed']);
  });

  it('ends one, or all others, as its person says', async () => {
    const other = token;
    const { sessionToken } = await desk.db
      .transaction()
      .execute((trx) =>
        openSession(trx, desk.clock, { personId: desk.person.id, method: 'link', browser: BROWSER }),
      );
    const actor = { kind: 'person', id: desk.person.id } as const;
    await desk.db.transaction().execute((trx) =>
      endSessions(trx, desk.clock, actor, {
        personId: desk.person.id,
        because: 'revoked',
        only: sessionId,
      }),
    );
    expect(await use(other)).toBeUndefined();
    expect(await use(sessionToken)).toBeDefined();
    expect(await ends()).toEqual(['revoked']);
  });
});
