import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../../test/desk/index.ts';
import { acceptInvitation, invite, inviteAgain } from './invitations.ts';
import { requireStrongPassword } from './password-hashing.ts';
import { signInWithPassword } from './password-sign-in.ts';
import { beginAuthenticator, removePassword, setPassword } from './passwords.ts';
import { signInWithRecoveryCode } from './recovery-codes.ts';
import { useSession, type Session } from './sessions.ts';

const PASSWORD = 'seven lighthouses in a row';
const BROWSER = 'Firefox on Linux';

describe('a password with an authenticator', () => {
  let desk: Desk;
  let session: Session;
  let secret: string;
  let codes: readonly string[];
  let invitation: string;
  beforeAll(async () => {
    desk = await createDesk();
    const actor = { kind: 'person', id: desk.person.id } as const;
    const made = await desk.db
      .transaction()
      .execute((trx) =>
        invite(trx, desk.clock, actor, { displayName: 'Marina Harbor', roles: ['reviewer'] }),
      );
    invitation = made.token;
    ({ session } = await acceptInvitation(desk.db, desk.clock, { token: invitation, browser: BROWSER }));
  });
  afterAll(() => desk.close());

  const code = (steps = 0) =>
    generateSync({ secret, epoch: Math.floor(desk.clock.now().getTime() / 1000) + steps * 30 });
  const enter = (more: { name?: string; password?: string; code?: string } = {}) =>
    signInWithPassword(desk, {
      name: 'marina',
      password: PASSWORD,
      code: code(),
      source: '192.0.2.1',
      device: undefined,
      browser: BROWSER,
      ...more,
    });

  it('is set up by somebody who was invited, once their app has shown a code', async () => {
    expect(session.enrolling).toBe(true);
    ({ secret } = await beginAuthenticator(desk, session));
    const wrong = { name: 'marina', password: PASSWORD, code: code(5) };
    await expect(setPassword(desk, session, wrong)).rejects.toMatchObject({ code: 'BW-AUTHENTICATOR-CODE' });
    const set = await setPassword(desk, session, { name: ' Marina ', password: PASSWORD, code: code() });
    expect(set.recoveryCodes).toHaveLength(8);
    codes = set.recoveryCodes ?? [];
    const used = await useSession(desk.db, desk.clock, {
      token: set.sessionToken,
      browser: BROWSER,
      presence: 'active',
    });
    expect(used?.session.enrolling).toBe(false);
  });

  it('lets in with a code of this step, the one before and the one after, and each once', async () => {
    await expect(enter()).rejects.toMatchObject({ code: 'BW-CODE-REPLAYED' });
    await enter({ code: code(1) });
    await expect(enter({ code: code(1) })).rejects.toMatchObject({ code: 'BW-CODE-REPLAYED' });
    // A step that was passed over is gone as well.
    await expect(enter({ code: code(0) })).rejects.toMatchObject({ code: 'BW-CODE-REPLAYED' });
    desk.clock.advance(90_000);
    await expect(enter({ code: code(2) })).rejects.toMatchObject({ code: 'BW-SIGN-IN-FAILED' });
    await expect(enter({ code: code(-2) })).rejects.toMatchObject({ code: 'BW-SIGN-IN-FAILED' });
    await enter({ code: code(-1) });
    const refused = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'sign-in.refused')
      .execute();
    expect(refused.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 3 }, () => ({
        way: 'password',
        reason: 'code-replayed',
        personId: session.person.id,
      })),
    );
  });

  it('lets in only one of many who use the same code at once', async () => {
    desk.clock.advance(90_000);
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => enter()));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('says the same whatever was wrong', async () => {
    desk.clock.advance(24 * 60 * 60_000 + 1);
    const wrong = [{ name: 'nobody' }, { password: 'another password here' }, { code: '000000' }];
    const answers = await Promise.all(
      wrong.map((more) => enter(more).catch((error: Error) => error.message)),
    );
    expect(new Set(answers).size).toBe(1);
    await enter();
  });

  it('comes with recovery codes that each let in once, however they are written', async () => {
    const [first = ''] = codes;
    const shown = { source: '192.0.2.2', browser: BROWSER };
    const opened = await signInWithRecoveryCode(desk, {
      ...shown,
      code: ` ${first.toLowerCase().replaceAll('-', ' ')}`,
    });
    expect(opened.session.person.id).toBe(session.person.id);
    await expect(signInWithRecoveryCode(desk, { ...shown, code: first })).rejects.toMatchObject({
      code: 'BW-RECOVERY-CODE-INVALID',
    });
  });

  it('is never removed as the last way in', async () => {
    await expect(removePassword(desk.db, desk.clock, session)).rejects.toMatchObject({
      code: 'BW-LAST-WAY-IN',
    });
    desk.clock.advance(90_000);
    await enter();
  });

  it('makes every invitation needless', async () => {
    const again = { token: invitation, browser: BROWSER };
    await expect(acceptInvitation(desk.db, desk.clock, again)).rejects.toMatchObject({
      code: 'BW-INVITATION-INVALID',
    });
    const actor = { kind: 'person', id: desk.person.id } as const;
    for (const personId of [session.person.id])
      await expect(inviteAgain(desk.db, desk.clock, actor, personId)).rejects.toMatchObject({
        code: 'BW-INVITATION-NEEDLESS',
      });
  });

  it('leaves in the database neither password, secret nor code', async () => {
    const { rows } = await desk.pool.query<{ dump: string }>(
      `SELECT (SELECT json_agg(p)::text FROM passwords p) || (SELECT json_agg(r)::text FROM recovery_codes r)
       || (SELECT json_agg(e)::text FROM events e) || (SELECT encode(authenticator_secret, 'escape') FROM passwords) AS dump`,
    );
    const dump = String(rows[0]?.dump);
    for (const word of [PASSWORD, secret, ...codes, invitation]) expect(dump).not.toContain(word);
    expect(dump).toContain('$argon2id$');
    expect(dump).toContain('m=65536,t=3,p=1');
  });
});

describe('a password', () => {
  const strong = (password: string, names = ['marina', 'Marina Harbor']) => {
    try {
      requireStrongPassword(password, names);
      return 'strong';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  it.each([
    'seven lighthouses in a row',
    'älterer Leuchtturm',
    '潮汐表和灯塔的故事很长很长啊',
    'aB3$aB3$aB3$xy',
  ])('needs length and nothing else: %s', (password) => expect(strong(password)).toBe('strong'));

  it.each([
    '',
    'short',
    'elevenchars',
    'aaaaaaaaaaaaaaaaaaaa',
    'marinaharbor1',
    'Marina Harbor 2026',
    'breakwater12',
    'x'.repeat(300),
  ])('is refused when it is short, all the same, or the name of its person: %s', (password) =>
    expect(strong(password)).toBe('BW-PASSWORD-WEAK'),
  );
});
