import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignInToken, invite } from '../../src/access/index.ts';
import { createDesk, type Desk } from '../desk/index.ts';

const PASSWORD = 'seven lighthouses in a row';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36';

type Api = Awaited<ReturnType<Desk['api']>>;
type Answer = Awaited<ReturnType<Api['inject']>>;

/** A browser with a jar of its own. */
function browser(api: Api, more: { readonly from?: string; readonly agent?: string } = {}) {
  const jar = new Map<string, string>();
  return {
    jar,
    async send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object): Promise<Answer> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await api.inject({
        method,
        url,
        remoteAddress: more.from ?? '127.0.0.1',
        headers: { cookie, 'user-agent': more.agent ?? FIREFOX },
        ...(payload === undefined ? {} : { payload }),
      });
      for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return answer;
    },
  };
}

describe('a desk at an address of its own with TLS', () => {
  let desk: Desk;
  let api: Api;
  beforeAll(async () => {
    desk = await createDesk({ publicAddress: 'https://desk.example' });
    api = await desk.api();
  });
  afterAll(() => desk.close());

  it('gives cookies that only this host can have set, and reads no others', async () => {
    const token = await createSignInToken(desk.db, desk.clock, desk.person.id);
    const answer = await api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token } });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(
      /^__Host-breakwater_session=[\w-]{43}; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict/,
    );
    expect(cookie).not.toContain('Domain');
    const value = /=([\w-]+)/.exec(cookie)?.[1];
    const withName = (name: string) =>
      api.inject({ url: '/v1/session', headers: { cookie: `${name}=${value}` } });
    expect((await withName('__Host-breakwater_session')).statusCode).toBe(200);
    expect((await withName('breakwater_session')).statusCode).toBe(401);
  });
});

describe('a desk on this machine', () => {
  let desk: Desk;
  let api: Api;
  let secret: string;
  let codes: string[];
  let own: ReturnType<typeof browser>;
  beforeAll(async () => {
    desk = await createDesk();
    api = await desk.api();
    own = browser(api);
  });
  afterAll(() => desk.close());

  const code = (steps = 0) =>
    generateSync({ secret, epoch: Math.floor(desk.clock.now().getTime() / 1000) + steps * 30 });
  const codeOf = (answer: Answer) => answer.json<{ error?: { code: string } }>().error?.code;
  const signIn = (into: ReturnType<typeof browser>, more: object = {}) =>
    into.send('POST', '/v1/sign-in/password', { name: 'marina', password: PASSWORD, code: code(), ...more });

  it('signs nobody in over the network without TLS, and keeps their link for later', async () => {
    const token = await createSignInToken(desk.db, desk.clock, desk.person.id);
    const post = (host: string) =>
      api.inject({ method: 'POST', url: '/v1/sign-in', headers: { host }, payload: { token } });
    for (const host of ['desk.example', '192.0.2.1:4000', 'localhost.example', '127.0.0.1.example'])
      expect(codeOf(await post(host))).toBe('BW-INSECURE-CONNECTION');
    expect((await post('localhost:4000')).statusCode).toBe(200);
  });

  it('lets somebody who was invited set up a password, and nothing before', async () => {
    const actor = { kind: 'person', id: desk.person.id } as const;
    const invited = { displayName: 'Marina Harbor', roles: ['reviewer', 'administrator'] as const };
    const { token } = await desk.db.transaction().execute((trx) => invite(trx, desk.clock, actor, invited));
    expect((await own.send('POST', '/v1/invitations/accept', { token })).json()).toMatchObject({
      enrolling: true,
      enrolled: false,
      ways: [],
    });
    expect(codeOf(await own.send('GET', '/v1/cases'))).toBe('BW-ENROLMENT-REQUIRED');
    ({ secret } = (await own.send('POST', '/v1/account/authenticator')).json<{ secret: string }>());
    const before = own.jar.get('breakwater_session');
    const set = await own.send('PUT', '/v1/account/password', {
      name: 'marina',
      password: PASSWORD,
      code: code(),
    });
    codes = set.json<{ recoveryCodes: string[] }>().recoveryCodes;
    expect(codes).toHaveLength(8);
    expect(own.jar.get('breakwater_session')).not.toBe(before);
    expect((await own.send('GET', '/v1/cases')).statusCode).toBe(200);
  });

  it('asks for proof again after ten minutes, and goes on after it', async () => {
    const remove = () => own.send('DELETE', '/v1/hash-lists/placeholder');
    expect(codeOf(await remove())).toBe('BW-NOT-FOUND');
    desk.clock.advance(10 * 60_000);
    expect(codeOf(await remove())).toBe('BW-STEP-UP-REQUIRED');
    expect((await own.send('GET', '/v1/cases')).statusCode).toBe(200);
    const prove = (more: object) => own.send('POST', '/v1/step-up/password', { password: PASSWORD, ...more });
    expect(codeOf(await prove({ code: '000000' }))).toBe('BW-SIGN-IN-FAILED');
    const before = own.jar.get('breakwater_session');
    expect((await prove({ code: code() })).statusCode).toBe(200);
    expect(own.jar.get('breakwater_session')).not.toBe(before);
    expect(codeOf(await remove())).toBe('BW-NOT-FOUND');
  });

  it('lets an attacker wait, and not the person: neither in their own browser nor from another network', async () => {
    const attacker = browser(api, { from: '198.51.100.7', agent: CHROME });
    const answers: string[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      answers.push(String(codeOf(await signIn(attacker, { password: `another password ${guess}` }))));
    expect(answers.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => 'BW-SIGN-IN-FAILED'));
    expect(answers.slice(6)).toEqual(Array.from({ length: 6 }, () => 'BW-SIGN-IN-THROTTLED'));
    const waiting = await signIn(attacker);
    expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(0);
    desk.clock.advance(60_000);
    expect((await signIn(browser(api, { from: '203.0.113.9' }))).statusCode).toBe(200);
    // Sits in the same network, in the browser that they have used before.
    for (let guess = 0; guess < 12; guess += 1)
      await signIn(browser(api, { from: '127.0.0.1', agent: CHROME }), {
        password: `another password ${guess}`,
      });
    desk.clock.advance(60_000);
    expect((await signIn(own)).statusCode).toBe(200);
  });

  it('ends a session whose cookie turns up in another browser, and says so', async () => {
    const thief = browser(api, { agent: CHROME });
    thief.jar.set('breakwater_session', String(own.jar.get('breakwater_session')));
    expect(codeOf(await thief.send('GET', '/v1/session'))).toBe('BW-SESSION-REVOKED');
    expect(codeOf(await own.send('GET', '/v1/session'))).toBe('BW-SIGN-IN-REQUIRED');
  });

  it('lists the sessions of a person, and ends all others', async () => {
    desk.clock.advance(15 * 60_000);
    await signIn(own);
    const elsewhere = browser(api, { from: '203.0.113.9', agent: CHROME });
    await elsewhere.send('POST', '/v1/sign-in/recovery-code', { code: codes[0] ?? '' });
    const { sessions } = (await own.send('GET', '/v1/account')).json<{
      sessions: { browser: string; method: string; current: boolean }[];
    }>();
    expect(sessions).toContainEqual(
      expect.objectContaining({ browser: 'Chrome on Windows', method: 'recovery-code', current: false }),
    );
    expect(sessions.filter(({ current }) => current)).toMatchObject([{ browser: 'Firefox on Linux' }]);
    await own.send('DELETE', '/v1/account/sessions');
    expect((await elsewhere.send('GET', '/v1/session')).statusCode).toBe(401);
    expect((await own.send('GET', '/v1/session')).statusCode).toBe(200);
  });

  it('ends a session of nobody else', async () => {
    const cookie = await desk.signIn();
    const { id } = await desk.db
      .selectFrom('sessions')
      .select('id')
      .where('person_id', '=', desk.person.id)
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(codeOf(await own.send('DELETE', `/v1/account/sessions/${id}`))).toBe('BW-NOT-FOUND');
    expect((await api.inject({ url: '/v1/session', headers: { cookie } })).statusCode).toBe(200);
  });

  it('lets every page do without the camera, the microphone and the rest', async () => {
    const policy = String((await api.inject('/v1/sign-in/ways')).headers['permissions-policy']);
    for (const feature of ['camera', 'microphone', 'geolocation', 'display-capture'])
      expect(policy).toContain(`${feature}=()`);
    expect(policy).toContain('publickey-credentials-get=(self)');
  });
});
