import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptInvitation,
  beginAuthenticator,
  createSignInToken,
  invite,
  setPassword,
} from '../../src/access/index.ts';
import { createWatchedDesk, type WatchedDesk } from '../api/watched-desk.ts';
import { testPicture } from '../desk/index.ts';
import { identityFileOf } from '../desk/desk-vault.ts';
import { reportedCase, type ReportedCase } from '../review/reported-case.ts';

/** What docs/attackers.md says that each attacker gets, and does not get. */

const MINUTE_MS = 60_000;
const GROUP_NAME = 'Tide tables';

let watched: WatchedDesk;
let found: ReportedCase;
let picture: Buffer;
let sha256: string;
beforeAll(async () => {
  watched = await createWatchedDesk();
  found = await reportedCase(watched.desk);
  // The picture of its message.
  picture = await testPicture(1, { width: 64, height: 48 });
  sha256 = createHash('sha256').update(picture).digest('hex');
});
afterAll(() => watched.close());

describe('somebody with a dump of the database', () => {
  let dump: string;
  const secrets: Record<string, string> = {};
  beforeAll(async () => {
    const { desk } = watched;
    await enrol(secrets);
    secrets['service key'] = desk.service.key;
    secrets['sign-in link'] = await createSignInToken(desk.db, desk.clock, desk.person.id);
    secrets['session cookie'] = (await desk.signIn()).split('=')[1] ?? '';
    secrets['identity of the vault'] = (await readFile(identityFileOf(desk.folder), 'utf8')).trim();
    for (const name of await readdir(join(desk.folder, 'secrets'))) {
      if (name.endsWith('.recipient')) continue;
      const bytes = await readFile(join(desk.folder, 'secrets', name));
      secrets[`secrets/${name}`] = bytes.toString('utf8').trim();
      secrets[`secrets/${name}, in hex`] = bytes.toString('hex');
    }
    dump = await everything();
  });

  it('reads names, texts and fingerprints of what was reported', () => {
    for (const exposed of [GROUP_NAME, 'sender', sha256]) expect(dump).toContain(exposed);
  });

  it('finds nothing that lets anybody in or opens anything', () => {
    expect(Object.values(secrets).filter((secret) => secret.length < 8)).toEqual([]);
    for (const [what, secret] of Object.entries(secrets)) expect(dump.includes(secret), what).toBe(false);
  });

  it('has no picture: neither its bytes nor a part of them', () => {
    // Bytes are written in hex there.
    expect(dump.includes(picture.subarray(100, 140).toString('hex'))).toBe(false);
  });

  it('cannot come in as the service or the person by what is stored of their keys', async () => {
    const { rows } = await watched.desk.pool.query<{ hash: string }>(
      `SELECT encode(key_hash, 'hex') AS hash FROM service_keys
       UNION ALL SELECT encode(token_hash, 'hex') FROM session_tokens
       UNION ALL SELECT encode(token_hash, 'hex') FROM sign_in_links`,
    );
    expect(rows.length).toBeGreaterThan(2);
    for (const { hash } of rows) {
      const bearer = await watched.api.inject({
        method: 'POST',
        url: '/v1/screen',
        headers: { authorization: `Bearer bwk_${hash}` },
      });
      const link = await watched.api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token: hash } });
      const cookie = await watched.api.inject({
        url: '/v1/session',
        headers: { cookie: `breakwater_session=${hash}` },
      });
      expect([bearer.statusCode, link.statusCode, cookie.statusCode]).toEqual([401, 401, 401]);
    }
  });
});

describe('somebody with a copy of the object store', () => {
  it('opens nothing, not even with the identity: the wrapped keys are in the database', async () => {
    const { desk } = watched;
    const objects = await objectsOf(desk.folder);
    expect(objects.length).toBeGreaterThan(0);
    const identity = (await readFile(identityFileOf(desk.folder), 'utf8')).trim();
    for (const bytes of objects) {
      expect(bytes.includes('age-encryption.org')).toBe(false);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      await expect(decrypter.decrypt(bytes)).rejects.toThrow();
    }
  });

  it('learns neither what is in it nor whether it has a given picture', async () => {
    const names = await readdir(join(watched.desk.folder, 'vault'), { recursive: true });
    expect(names.join()).not.toContain(sha256.slice(0, 12));
    for (const bytes of await objectsOf(watched.desk.folder))
      expect(bytes.includes(picture.subarray(100, 132))).toBe(false);
  });

  it('has all of it with the database and the identity, and only then', async () => {
    const { desk } = watched;
    const { rows } = await desk.pool.query<{ stored_as: string; header: Buffer }>(
      `SELECT coalesce(stored_as, id::text) AS stored_as, header FROM vault_objects
       WHERE id = (SELECT object_id FROM exhibits WHERE id = $1)`,
      [found.exhibits[0]],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the exhibit is not in the vault');
    const payload = await readFile(join(desk.folder, 'vault', row.stored_as.slice(0, 2), row.stored_as));
    const decrypter = new Decrypter();
    decrypter.addIdentity((await readFile(identityFileOf(desk.folder), 'utf8')).trim());
    const opened = await decrypter.decrypt(Buffer.concat([row.header, payload]));
    expect(Buffer.from(opened).equals(picture)).toBe(true);
  });
});

describe('somebody with the session of an administrator', () => {
  it('sees nothing of any case, and opens no exhibit', async () => {
    const headers = await watched.signInAs('administrator');
    const [exhibitId] = found.exhibits;
    const closed = [
      '/v1/cases',
      `/v1/cases/${found.caseId}`,
      `/v1/cases/${found.caseId}/timeline`,
      `/v1/cases/${found.caseId}/custody`,
      `/v1/exhibits/${exhibitId}/preview`,
      '/v1/reports',
      '/v1/deliveries',
      '/v1/ledger/export',
    ];
    for (const url of closed) expect((await watched.api.inject({ url, headers })).statusCode, url).toBe(403);
    const reveal = await watched.api.inject({
      method: 'POST',
      url: `/v1/exhibits/${exhibitId}/reveal`,
      headers,
      payload: { reason: 'placeholder' },
    });
    expect(reveal.statusCode).toBe(403);
    for (const url of [
      '/v1/workspace',
      '/v1/people',
      '/v1/services',
      '/v1/hash-lists',
      '/v1/approvals?view=to-sign',
    ])
      expect((await watched.api.inject({ url, headers })).body).not.toContain(GROUP_NAME);
  });

  it('gives nobody, themselves included, a role that opens media without a second person', async () => {
    const headers = await watched.signInAs('administrator');
    const me = (await watched.api.inject({ url: '/v1/session', headers })).json<{ person: { id: string } }>();
    const change = (personId: string) =>
      watched.api.inject({
        method: 'PUT',
        url: `/v1/people/${personId}/roles`,
        headers,
        payload: { roles: ['administrator', 'reviewer'], reason: 'placeholder' },
      });
    expect((await change(me.person.id)).json()).toMatchObject({ error: { code: 'BW-OWN-ROLES' } });
    const invited = await watched.api.inject({
      method: 'POST',
      url: '/v1/invitations',
      headers,
      payload: { displayName: 'Placeholder', roles: ['reviewer'] },
    });
    expect(invited.json()).toMatchObject({ rolesWaiting: ['reviewer'] });
  });
});

describe('somebody with a stolen laptop and a session that is open on it', () => {
  const asReviewer = () => watched.signInAs('reviewer');
  const reveal = (headers: object) =>
    watched.api.inject({
      method: 'POST',
      url: `/v1/exhibits/${found.exhibits[0]}/reveal`,
      headers: { ...headers },
      payload: { reason: 'placeholder' },
    });

  it('reveals nothing once it was too long ago that its person showed who they are', async () => {
    const headers = await asReviewer();
    // A link that somebody without another way in has opened counts for an hour.
    for (let minutes = 0; minutes < 60; minutes += 12) {
      watched.desk.clock.advance(12 * MINUTE_MS);
      const answer = await watched.api.inject({ url: '/v1/session', headers });
      expect(answer.statusCode).toBe(200);
      const renewed = answer.headers['set-cookie'];
      if (renewed !== undefined) headers.cookie = String(renewed).split(';')[0] ?? '';
    }
    expect((await reveal(headers)).json()).toMatchObject({ error: { code: 'BW-STEP-UP-REQUIRED' } });
    const preview = await watched.api.inject({ url: `/v1/exhibits/${found.exhibits[0]}/preview`, headers });
    expect(preview.statusCode).toBe(200);
  });

  it('has no session once half an hour has passed without anybody', async () => {
    const headers = await asReviewer();
    watched.desk.clock.advance(30 * MINUTE_MS);
    expect((await watched.api.inject({ url: `/v1/cases/${found.caseId}`, headers })).statusCode).toBe(401);
  });

  it('has no session once its person has ended it from elsewhere', async () => {
    const headers = await asReviewer();
    const { person } = (await watched.api.inject({ url: '/v1/session', headers })).json<{
      person: { id: string };
    }>();
    const administrator = await watched.signInAs('administrator');
    const ended = await watched.api.inject({
      method: 'POST',
      url: `/v1/people/${person.id}/deactivation`,
      headers: administrator,
    });
    expect(ended.statusCode).toBe(200);
    expect((await watched.api.inject({ url: `/v1/cases/${found.caseId}`, headers })).statusCode).toBe(401);
  });

  it('leaves on the record what was looked at with it', async () => {
    const headers = await asReviewer();
    const before = await lookCount();
    await watched.api.inject({ url: `/v1/exhibits/${found.exhibits[0]}/preview`, headers });
    expect((await reveal(headers)).statusCode).toBe(200);
    expect(await lookCount()).toBe(before + 2);
  });
});

async function lookCount(): Promise<number> {
  const { rows } = await watched.desk.pool.query<{ count: string }>(
    `SELECT count(*) FROM events WHERE type IN ('exhibit.previewed', 'exhibit.revealed')`,
  );
  return Number(rows[0]?.count);
}

/** Somebody with a password, an authenticator and recovery codes. */
async function enrol(secrets: Record<string, string>): Promise<void> {
  const { desk } = watched;
  const actor = { kind: 'person', id: desk.person.id } as const;
  const { token } = await desk.db
    .transaction()
    .execute((trx) => invite(trx, desk.clock, actor, { displayName: 'Marina Harbor', roles: ['analyst'] }));
  const { session, sessionToken } = await acceptInvitation(desk.db, desk.clock, {
    token,
    browser: 'placeholder',
  });
  const { secret } = await beginAuthenticator(desk, session);
  const password = 'seven lighthouses in a row';
  const code = generateSync({ secret, epoch: Math.floor(desk.clock.now().getTime() / 1000) });
  const set = await setPassword(desk, session, { name: 'marina', password, code });
  Object.assign(secrets, {
    invitation: token,
    'session of the invited': sessionToken,
    'secret of the authenticator': secret,
    password,
    'recovery code': set.recoveryCodes?.[0] ?? '',
  });
}

/** Every row of every table, as text and with bytes in hex. */
async function everything(): Promise<string> {
  const { pool } = watched.desk;
  const tables = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

async function objectsOf(folder: string): Promise<Buffer[]> {
  const entries = await readdir(join(folder, 'vault'), { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
}
