import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { createPerson, createSignInToken, findSession, firstPerson, signIn, signOut } from './index.ts';
import {
  PERMISSIONS,
  permissionsOf,
  requirePermission,
  ROLES,
  rolesWith,
  type Permission,
  type Role,
} from './permissions.ts';

const HOUR = 60 * 60 * 1000;

describe('signing in', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const token = () => createSignInToken(desk.db, desk.clock, desk.person.id);
  const enter = (link: string) => signIn(desk.db, desk.clock, link);
  const find = (sessionToken: string) => findSession(desk.db, desk.clock, sessionToken);
  const events = async (type: string) =>
    (await desk.db.selectFrom('events').selectAll().where('type', '=', type).execute()).length;

  it('opens a session for the person of the link, with what their roles permit', async () => {
    const { sessionToken, session } = await enter(await token());
    expect(session).toMatchObject({
      person: { id: desk.person.id, displayName: 'Test person' },
      permissions: [...PERMISSIONS],
      expiresAt: new Date(desk.clock.now().getTime() + 12 * HOUR),
    });
    expect(await find(sessionToken)).toEqual(session);
  });

  it('works once with each link', async () => {
    const link = await token();
    await enter(link);
    const before = await events('person.signed-in');
    await expect(enter(link)).rejects.toMatchObject({ code: 'BW-SIGN-IN-LINK-INVALID', status: 401 });
    expect(await events('person.signed-in')).toBe(before);
  });

  it('works once with each link when it is used many times at once', async () => {
    const link = await token();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => enter(link)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'BW-SIGN-IN-LINK-INVALID' });
  });

  it('is refused with a link that is unknown, empty or the hash of one', async () => {
    const link = await token();
    const { rows } = await desk.pool.query<{ hash: string }>(
      `SELECT encode(token_hash, 'hex') AS hash FROM sign_in_links`,
    );
    for (const wrong of ['placeholder', '', `${link} `, rows[0]?.hash ?? '', '\0'])
      await expect(enter(wrong)).rejects.toMatchObject({ code: 'BW-SIGN-IN-LINK-INVALID' });
    await enter(link);
  });

  it('is possible until the hour is over, and not at its end', async () => {
    const [inTime, late] = [await token(), await token()];
    desk.clock.advance(HOUR - 1);
    await enter(inTime);
    desk.clock.advance(1);
    await expect(enter(late)).rejects.toMatchObject({ code: 'BW-SIGN-IN-LINK-INVALID' });
  });

  it('lasts twelve hours and no longer', async () => {
    const { sessionToken } = await enter(await token());
    desk.clock.advance(12 * HOUR - 1);
    expect(await find(sessionToken)).toBeDefined();
    desk.clock.advance(1);
    expect(await find(sessionToken)).toBeUndefined();
  });

  it('ends with signing out, which is recorded once', async () => {
    const { sessionToken } = await enter(await token());
    const { sessionToken: another } = await enter(await token());
    const before = await events('person.signed-out');
    await Promise.all([1, 2, 3].map(() => signOut(desk.db, desk.clock, sessionToken)));
    expect(await find(sessionToken)).toBeUndefined();
    expect(await find(another)).toBeDefined();
    expect(await events('person.signed-out')).toBe(before + 1);
  });

  it('leaves no token in the database', async () => {
    const link = await token();
    const { sessionToken } = await enter(await token());
    const { rows } = await desk.pool.query(
      `SELECT (SELECT json_agg(l)::text FROM sign_in_links l) || (SELECT json_agg(s)::text FROM sessions s)
       || (SELECT json_agg(e)::text FROM events e) AS dump`,
    );
    for (const secret of [link, sessionToken]) expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('knows who was there first', async () => {
    desk.clock.advance(1);
    await desk.db
      .transaction()
      .execute((trx) =>
        createPerson(trx, desk.clock, { displayName: 'Another person', roles: ['reviewer'] }),
      );
    expect(await firstPerson(desk.db)).toMatchObject({ id: desk.person.id });
  });
});

describe('permissions', () => {
  it('keep the duties apart', () => {
    const held = (role: Role) => permissionsOf([role]);
    const media: Permission[] = ['exhibits.preview', 'exhibits.reveal'];
    const content: Permission[] = ['queue.read', 'cases.read', 'reports.read', 'deliveries.read', ...media];
    for (const role of ['auditor', 'administrator'] as const)
      expect(held(role).filter((permission) => content.includes(permission))).toEqual([]);
    expect(held('intake').filter((permission) => media.includes(permission))).toEqual([]);
    // One role does each of these, and no role does two of them.
    const weighty: Permission[] = ['exhibits.reveal', 'reports.file', 'people.change', 'ledger.export'];
    for (const permission of weighty) expect(rolesWith(permission)).toHaveLength(1);
    for (const role of ROLES)
      expect(held(role).filter((permission) => weighty.includes(permission)).length).toBeLessThan(2);
  });

  it('are each granted by some role', () => {
    expect(permissionsOf(ROLES)).toEqual([...PERMISSIONS]);
  });

  it('are not granted by roles that nobody knows', () => {
    for (const role of ['', 'placeholder', 'constructor', '__proto__', 'Reviewer'])
      expect(permissionsOf([role])).toEqual([]);
  });

  it('are refused with a code of their own', () => {
    expect(() => requirePermission(['reviewer'], 'cases.decide')).not.toThrow();
    expect(() => requirePermission(['administrator'], 'exhibits.reveal')).toThrow(
      expect.objectContaining({ code: 'BW-FORBIDDEN', status: 403 }),
    );
    expect(() => requirePermission([], 'cases.read')).toThrow(
      expect.objectContaining({ code: 'BW-FORBIDDEN' }),
    );
  });
});
