import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import {
  ALL_SERVICE_SCOPES,
  authenticateService,
  bootstrapServiceKey,
  createService,
  createServiceKey,
  listServiceKeys,
  revokeServiceKey,
  rotateServiceKey,
  serviceBySlug,
  type KeyTerms,
} from './index.ts';

const HOUR = 60 * 60 * 1000;
const ACTOR = { kind: 'system', part: 'test' } as const;

describe('a service', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const create = (slug: string) =>
    desk.db
      .transaction()
      .execute((trx) => createService(trx, desk.clock, ACTOR, { slug, name: 'Another service' }));
  const newKey = (terms: Partial<KeyTerms> = {}) =>
    desk.db.transaction().execute((trx) =>
      createServiceKey(trx, desk.clock, ACTOR, {
        serviceId: desk.service.serviceId,
        label: 'placeholder',
        ...terms,
      }),
    );
  const authenticate = (key: string) => authenticateService(desk.db, desk.clock, key);
  const revoke = (keyId: string, serviceId = desk.service.serviceId) =>
    revokeServiceKey(desk.db, desk.clock, ACTOR, { serviceId, keyId });

  it('has a short name of its own', async () => {
    await expect(create('test-service')).rejects.toMatchObject({ code: 'BW-SERVICE-EXISTS', status: 409 });
    const results = await Promise.allSettled([create('contested'), create('contested')]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await serviceBySlug(desk.db, 'contested')).toMatchObject({ name: 'Another service', demo: false });
    await expect(serviceBySlug(desk.db, 'nobody')).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('is known by any of its keys', async () => {
    const { key, row } = await newKey();
    expect(key).toMatch(/^bwk_[\w-]{43}$/);
    expect(await authenticate(key)).toEqual({
      serviceId: desk.service.serviceId,
      keyId: row.id,
      slug: 'test-service',
      scopes: ALL_SERVICE_SCOPES,
      requestsAMinute: null,
    });
    expect(await authenticate(desk.service.key)).toMatchObject({ keyId: desk.service.keyId });
  });

  it('is not known by anything else', async () => {
    const { key, row } = await newKey();
    const wrong = [
      '',
      'bwk_',
      key.slice(4),
      key.toUpperCase(),
      `${key} `,
      row.key_hash.toString('hex'),
      '\0',
    ];
    for (const attempt of wrong)
      await expect(authenticate(attempt)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-INVALID' });
  });

  it('is not known by a revoked key, from that moment on; the others go on', async () => {
    const { key, row } = await newKey();
    await authenticate(key);
    await Promise.all([revoke(row.id), revoke(row.id)]);
    await expect(authenticate(key)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-INVALID', status: 401 });
    expect(await authenticate(desk.service.key)).toMatchObject({ slug: 'test-service' });
    const revoked = await desk.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'service-key.revoked')
      .execute();
    expect(revoked.filter(({ payload }) => (payload as { keyId: string }).keyId === row.id)).toHaveLength(1);
  });

  it('cannot have a key of another service revoked', async () => {
    const other = await create('other-service');
    const { key, row } = await newKey();
    await expect(revoke(row.id, other.id)).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
    await authenticate(key);
  });

  it('has its keys shown by a hint and by when they were last used, to the minute', async () => {
    const { key, row } = await newKey();
    const shown = async () =>
      (await listServiceKeys(desk.db, desk.service.serviceId)).find(({ id }) => id === row.id);
    expect(await shown()).toMatchObject({ hint: key.slice(0, 8), last_used_at: null, revoked_at: null });
    const first = desk.clock.now();
    await authenticate(key);
    desk.clock.advance(60_000);
    await authenticate(key);
    expect(await shown()).toMatchObject({ last_used_at: first });
    desk.clock.advance(1);
    await authenticate(key);
    expect(await shown()).toMatchObject({ last_used_at: desk.clock.now() });
  });

  it('is not known by a key whose time is over', async () => {
    const expiresAt = new Date(desk.clock.now().getTime() + 60_000);
    const { key } = await newKey({ expiresAt });
    desk.clock.advance(59_999);
    expect(await authenticate(key)).toMatchObject({ slug: 'test-service' });
    desk.clock.advance(1);
    await expect(authenticate(key)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-INVALID' });
  });

  it('changes over from one key to the next while both work, on the same terms', async () => {
    const { serviceId } = desk.service;
    const expiresAt = new Date(desk.clock.now().getTime() + 10 * HOUR);
    const old = await newKey({ scopes: ['screen'], requestsAMinute: 7, expiresAt });
    desk.clock.advance(HOUR);
    const rotate = (keyId: string) =>
      rotateServiceKey(desk.db, desk.clock, ACTOR, { serviceId, keyId, overlapMs: 2 * HOUR });
    const results = await Promise.allSettled([rotate(old.row.id), rotate(old.row.id)]);
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(made).toHaveLength(1);
    const [next] = made;
    expect(next?.row).toMatchObject({
      scopes: ['screen'],
      requests_a_minute: 7,
      expires_at: new Date(desk.clock.now().getTime() + 10 * HOUR),
    });
    desk.clock.advance(2 * HOUR - 1);
    for (const key of [old.key, next?.key ?? '']) await authenticate(key);
    desk.clock.advance(1);
    await expect(authenticate(old.key)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-INVALID' });
    await authenticate(next?.key ?? '');
    await expect(rotate(old.row.id)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-ENDED' });
    const shown = (await listServiceKeys(desk.db, serviceId)).find(({ id }) => id === old.row.id);
    expect(shown).toMatchObject({ replaced_by: next?.row.id });
  });

  it('gets the same first key at every start, made once', async () => {
    const { id } = await create('bootstrapped');
    const keys = await Promise.all(
      [1, 2, 3].map(() => bootstrapServiceKey(desk.db, desk.clock, desk.secrets, id)),
    );
    expect(new Set(keys).size).toBe(1);
    expect(await listServiceKeys(desk.db, id)).toHaveLength(1);
    expect(await authenticate(keys[0] ?? '')).toMatchObject({ serviceId: id });
    const other = await create('bootstrapped-too');
    expect(await bootstrapServiceKey(desk.db, desk.clock, desk.secrets, other.id)).not.toBe(keys[0]);
  });

  it('does not get its first key back once it was revoked', async () => {
    const { id } = await create('bootstrapped-once');
    const key = await bootstrapServiceKey(desk.db, desk.clock, desk.secrets, id);
    const { keyId } = await authenticate(key);
    await revoke(keyId, id);
    await bootstrapServiceKey(desk.db, desk.clock, desk.secrets, id);
    await expect(authenticate(key)).rejects.toMatchObject({ code: 'BW-SERVICE-KEY-INVALID' });
  });

  it('leaves no key in any table', async () => {
    const { key } = await newKey();
    await authenticate(key);
    const bootstrapped = await bootstrapServiceKey(desk.db, desk.clock, desk.secrets, desk.service.serviceId);
    const dump = await everything(desk);
    expect(dump).toContain('test-service');
    for (const secret of [key, bootstrapped, desk.service.key]) {
      expect(dump).not.toContain(secret.slice(4));
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});

/** Every row of every table of the database as text. */
async function everything({ pool }: Desk): Promise<string> {
  const tables = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const rows: string[] = [];
  for (const { name } of tables.rows) {
    const { rows: found } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    rows.push(...found.map(({ row }) => row));
  }
  return rows.join('\n');
}
