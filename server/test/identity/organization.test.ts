import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIdentityProvider } from '../../src/access/index.ts';
import { createDesk, type Desk } from '../desk/index.ts';
import { CLIENT, startProvider, type TestProvider } from './provider.ts';

type Api = Awaited<ReturnType<Desk['api']>>;
type Answer = Awaited<ReturnType<Api['inject']>>;

describe('signing in by an organization', () => {
  let desk: Desk;
  let api: Api;
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await startProvider();
    desk = await createDesk({
      identityProvider: ({ db, clock }) =>
        createIdentityProvider(
          { db, clock },
          {
            ...CLIENT,
            issuer: provider.issuer,
            name: 'Test organization',
            rolesClaim: 'groups',
            roles: new Map([
              ['desk-reviewers', 'reviewer'],
              ['desk-admins', 'administrator'],
            ]),
          },
        ),
    });
    // The provider's clock is the machine's.
    desk.clock.set(new Date());
    api = await desk.api();
  });
  afterAll(async () => {
    await desk.close();
    await provider.close();
  });
  beforeEach(() => {
    provider.say({});
    desk.clock.set(new Date());
  });

  const cookiesOf = (answer: Answer, before = '') =>
    [before, ...[answer.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0])]
      .filter((cookie) => cookie !== '')
      .join('; ');
  const begin = async (path = '/v1/sign-in/organization', cookie = '') => {
    const answer = await api.inject({ url: path, headers: { cookie } });
    expect(answer.statusCode).toBe(302);
    return { to: new URL(String(answer.headers.location)), cookie: cookiesOf(answer, cookie) };
  };
  const comeBack = (back: URL, cookie: string) =>
    api.inject({
      url: `${back.pathname}${back.search}`,
      headers: { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    });
  const enter = async () => {
    const { to, cookie } = await begin();
    return comeBack(provider.visit(to), cookie);
  };
  const session = async (answer: Answer) =>
    (await api.inject({ url: '/v1/session', headers: { cookie: cookiesOf(answer) } })).json<{
      person: { id: string; displayName: string };
      permissions: string[];
      freshUntil: string;
      ways: string[];
    }>();
  const refusals = async () => {
    const rows = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'sign-in.refused')
      .orderBy('inserted')
      .execute();
    return rows.map(({ payload }) => payload as { way: string; reason: string });
  };
  const expectRefused = async (answer: Answer, code: string, reason: string) => {
    expect(answer.headers.location).toBe(`/sign-in?problem=${code}`);
    expect(String(answer.headers['set-cookie'] ?? '')).not.toContain('breakwater_session=');
    expect((await refusals()).at(-1)).toMatchObject({ way: 'oidc', reason });
  };

  it('asks with state, nonce and PKCE, and opens a session with the roles of the groups', async () => {
    const { to, cookie } = await begin();
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: 'http://localhost/v1/sign-in/organization/callback',
      state: expect.stringMatching(/^.{30,}$/),
      nonce: expect.stringMatching(/^.{30,}$/),
    });
    provider.say({ groups: ['desk-reviewers', 'somebody-elses-group'], name: 'Harbor person' });
    const answer = await comeBack(provider.visit(to), cookie);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/');
    const opened = await session(answer);
    expect(opened.person.displayName).toBe('Harbor person');
    expect(opened.permissions).toContain('exhibits.reveal');
    expect(opened.permissions).not.toContain('people.change');
    expect(opened.ways).toEqual(['organization']);
  });

  it('knows the same person again, and takes today’s roles; a session with other roles ends', async () => {
    const first = await enter();
    const { person } = await session(first);
    provider.say({ groups: ['desk-admins'], name: 'Another name' });
    const second = await session(await enter());
    expect(second.person.id).toBe(person.id);
    expect(second.permissions).toContain('people.change');
    expect(second.permissions).not.toContain('exhibits.reveal');
    expect(await session(first)).toMatchObject({ error: { code: 'BW-SIGN-IN-REQUIRED' } });
  });

  it('lets nobody in without a role, and takes them from whoever has left', async () => {
    provider.say({ subject: 'stranger', groups: ['somebody-elses-group', 'administrator'] });
    await expectRefused(await enter(), 'BW-OIDC-NO-ROLE', 'no-role');
    const working = await enter().then(() => {
      provider.say({});
      return enter();
    });
    provider.say({ groups: [] });
    await expectRefused(await enter(), 'BW-OIDC-NO-ROLE', 'no-role');
    expect(await session(working)).toMatchObject({ error: { code: 'BW-SIGN-IN-REQUIRED' } });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each([
    ['a wrong nonce', { nonce: 'another' }, 'BW-OIDC-NONCE', 'nonce'],
    ['no nonce', { nonce: undefined }, 'BW-OIDC-INVALID', 'invalid'],
    ['a wrong issuer', { iss: 'https://other.example' }, 'BW-OIDC-ISSUER', 'issuer'],
    ['a wrong audience', { aud: 'another-program' }, 'BW-OIDC-AUDIENCE', 'audience'],
    ['an answer that has expired', { exp: now - 3600, iat: now - 7200 }, 'BW-OIDC-EXPIRED', 'expired'],
  ])('refuses %s', async (_what, claims, code, reason) => {
    provider.say({ claims });
    await expectRefused(await enter(), code, reason);
  });

  it('refuses a signature of a key that the provider has not published', async () => {
    provider.say({ key: 'another' });
    await expectRefused(await enter(), 'BW-OIDC-SIGNATURE', 'signature');
  });

  it('refuses a wrong state, and a state of another browser', async () => {
    const { to, cookie } = await begin();
    const back = provider.visit(to);
    const wrong = new URL(back);
    wrong.searchParams.set('state', 'another');
    await expectRefused(await comeBack(wrong, cookie), 'BW-OIDC-STATE', 'state');
    const { cookie: another } = await begin();
    await expectRefused(await comeBack(back, another), 'BW-OIDC-STATE', 'state');
  });

  it('refuses an answer that comes a second time, and a code that was used before', async () => {
    const { to, cookie } = await begin();
    const back = provider.visit(to);
    expect((await comeBack(back, cookie)).headers.location).toBe('/');
    await expectRefused(await comeBack(back, cookie), 'BW-OIDC-STATE', 'state');
    const next = await begin();
    const reused = provider.visit(next.to);
    reused.searchParams.set('code', String(back.searchParams.get('code')));
    await expectRefused(await comeBack(reused, next.cookie), 'BW-OIDC-REFUSED', 'refused-by-provider');
  });

  it('refuses an answer that took longer than ten minutes', async () => {
    const { to, cookie } = await begin();
    const back = provider.visit(to);
    desk.clock.advance(10 * 60_000);
    await expectRefused(await comeBack(back, cookie), 'BW-OIDC-STATE', 'state');
  });

  it('does not count as recent what the provider remembers from this morning', async () => {
    provider.say({ claims: { auth_time: now - 4 * 3600 } });
    const morning = await session(await enter());
    expect(new Date(morning.freshUntil).getTime()).toBeLessThan(desk.clock.now().getTime());
    provider.say({ claims: { auth_time: undefined } });
    const unknown = await session(await enter());
    expect(new Date(unknown.freshUntil).getTime()).toBeLessThan(desk.clock.now().getTime());
  });

  it('asks the provider anew where a recent proof is needed, and takes nothing old for it', async () => {
    provider.say({ claims: { auth_time: now - 4 * 3600 } });
    const opened = cookiesOf(await enter());
    const { to, cookie } = await begin('/v1/step-up/organization', opened);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
    const old = await comeBack(provider.visit(to), cookie);
    expect(old.headers.location).toBe('/sign-in?problem=BW-OIDC-EXPIRED');
    provider.say({});
    const again = await begin('/v1/step-up/organization', opened);
    const fresh = await comeBack(provider.visit(again.to), again.cookie);
    expect(new Date((await session(fresh)).freshUntil).getTime()).toBeGreaterThan(desk.clock.now().getTime());
    provider.say({ subject: 'somebody-else' });
    const other = await begin('/v1/step-up/organization', cookiesOf(fresh));
    const swapped = await comeBack(provider.visit(other.to), other.cookie);
    expect(swapped.headers.location).toBe('/sign-in?problem=BW-OIDC-ANOTHER-PERSON');
  });
});
