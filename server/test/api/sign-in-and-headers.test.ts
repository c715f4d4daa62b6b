import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignInToken } from '../../src/access/index.ts';
import { testPicture } from '../desk/index.ts';
import { FORM_TYPE, rawForm } from './multipart.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  goodReport,
  type Answer,
  type WatchedDesk,
} from './watched-desk.ts';

describe('the answers of the server', () => {
  let watched: WatchedDesk;
  beforeAll(async () => {
    watched = await createWatchedDesk();
  });
  afterAll(() => watched.close());

  const signIn = (token: string): Promise<Answer> =>
    watched.api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token } });

  it('give a session in a cookie that no script reads and no other site sends, once for each link', async () => {
    const token = await createSignInToken(watched.desk.db, watched.desk.clock, watched.desk.person.id);
    const first = await signIn(token);
    const cookie = String(first.headers['set-cookie']);
    watched.secrets.push(token, /=([^;]+)/.exec(cookie)?.[1] ?? '');
    expect(cookie).toMatch(/^breakwater_session=[\w-]{43};/);
    const flags = cookie.split('; ').slice(1);
    expect(flags).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Strict']));
    expect(first.body).not.toContain(token);
    const again = await signIn(token);
    expect(again.statusCode).toBe(401);
    expect(again.json()).toMatchObject({ error: { code: 'BW-SIGN-IN-LINK-INVALID' } });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('take the cookie back at sign-out', async () => {
    const { cookie } = await watched.signInAs('reviewer');
    const answer = await watched.api.inject({ method: 'POST', url: '/v1/sign-out', headers: { cookie } });
    expect(answer.statusCode).toBe(204);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^breakwater_session=;.*(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/,
    );
  });

  it('let no page run a script that is not the server’s own', async () => {
    for (const url of ['/v1/session', '/docs', '/docs/', '/openapi.json', '/healthz', '/nowhere']) {
      const { headers } = await watched.api.inject(url);
      const policy = directives(String(headers['content-security-policy']));
      expect(policy.get('default-src'), url).toEqual(["'none'"]);
      expect(policy.get('script-src'), url).toEqual(["'self'"]);
      expect(policy.get('frame-ancestors'), url).toEqual(["'none'"]);
      expect(policy.get('base-uri'), url).toEqual(["'none'"]);
      // Nothing is fetched from, or told to, anybody else; and plain HTTP on a local address keeps working.
      expect([...policy.values()].flat().filter((source) => source.includes('.'))).toEqual([]);
      expect(policy.has('upgrade-insecure-requests'), url).toBe(false);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it('keep pictures out of caches and out of other sites', async () => {
    const { cookie } = await watched.signInAs('reviewer');
    const exhibitId = await sendPicture();
    const preview = await watched.api.inject({
      url: `/v1/exhibits/${exhibitId}/preview`,
      headers: { cookie },
    });
    const reveal = await watched.api.inject({
      method: 'POST',
      url: `/v1/exhibits/${exhibitId}/reveal`,
      headers: { cookie },
      payload: { reason: 'placeholder' },
    });
    for (const answer of [preview, reveal]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
    }
  });

  it('stop whoever tries tokens, and say for how long', async () => {
    const answers: Answer[] = [];
    for (let index = 0; index < 25; index += 1) answers.push(await signIn(`placeholder-${index}`));
    const last = answers.at(-1);
    expect(last?.statusCode).toBe(429);
    expect(last?.json()).toMatchObject({ error: { code: 'BW-RATE-LIMITED' } });
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(last?.headers['set-cookie']).toBeUndefined();
    const elsewhere = await watched.api.inject('/healthz');
    expect(elsewhere.statusCode).toBe(200);
  });

  it('leave a log that tells nothing', () => expectDiscreetLog(watched));

  async function sendPicture(): Promise<string> {
    const parts = [
      { name: 'report', content: JSON.stringify(goodReport({ group: { id: 'g', picture: 'p1' } })) },
      { name: 'p1', fileName: 'p1.jpg', content: await testPicture(1) },
    ];
    const sent = await watched.post('/v1/user-reports', rawForm(parts), { 'content-type': FORM_TYPE });
    await watched.desk.runJobs();
    return sent.answer.json<{ exhibits: { exhibitId: string }[] }>().exhibits[0]?.exhibitId ?? '';
  }
});

function directives(policy: string): Map<string, string[]> {
  const parts = policy.split(';').map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([name, ...sources]) => [name ?? '', sources]));
}
