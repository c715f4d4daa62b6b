import { expect, it } from 'vitest';
import { createTestDatabase, type TestConnection } from '../../test/postgres-harness/index.ts';
import { testClock } from '../../test/desk/index.ts';
import {
  ensureProgramRole,
  grantProgram,
  migrate,
  openDatabase,
  readMigrations,
} from '../foundation/index.ts';
import { recordMigratedRoles } from './index.ts';

const FIRST_OF_THE_ROLES = 125;
const ALL = ['intake', 'analyst', 'reviewer', 'reporting-officer', 'lead', 'auditor', 'administrator'];

it('gives those who were here before the separated duties what they could do, and records it', async () => {
  const database = await createTestDatabase({ migrate: migrateOnce });
  const opening = openDatabase(database.connection, { onError: () => {} });
  const { db, pool } = opening;
  try {
    await pool.query('DROP SCHEMA public, graphile_worker CASCADE; CREATE SCHEMA public');
    await pool.query(`CREATE TABLE schema_migrations (
      number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    for (const one of (await readMigrations()).filter(({ number }) => number < FIRST_OF_THE_ROLES)) {
      await pool.query(one.sql);
      await pool.query('INSERT INTO schema_migrations VALUES ($1, $2, $3)', [
        one.number,
        one.name,
        one.sha256,
      ]);
    }
    const before: [string, string[], string[]][] = [
      ['first', ['reviewer', 'administrator'], ALL],
      ['second', ['reviewer'], ['reviewer', 'reporting-officer']],
      ['third', ['administrator'], ['administrator']],
      ['fourth', [], []],
    ];
    for (const [name, roles] of before)
      await pool.query(
        'INSERT INTO people (id, display_name, roles, created_at) VALUES (gen_random_uuid(), $1, $2, now())',
        [name, roles],
      );
    await pool.query(
      `INSERT INTO services (id, slug, name, created_at) VALUES (gen_random_uuid(), 's', 's', now())`,
    );
    await pool.query(`INSERT INTO service_keys (id, service_id, key_hash, hint, label, created_at)
      SELECT gen_random_uuid(), id, 'x', 'bwk_', 'old', now() FROM services`);
    await migrate(pool);
    for (const [name, , after] of before) {
      const { rows } = await pool.query<{ roles: string[] }>(
        'SELECT roles FROM people WHERE display_name = $1',
        [name],
      );
      expect(rows[0]?.roles, name).toEqual(after);
    }
    const key = await db.selectFrom('service_keys').selectAll().executeTakeFirstOrThrow();
    expect(key).toMatchObject({ expires_at: null, requests_a_minute: null });
    expect(key.scopes).toHaveLength(5);
    // Two could sign from the start, so nobody acts alone.
    expect(await db.selectFrom('lone_signature').select('allowed').executeTakeFirst()).toEqual({
      allowed: false,
    });
    const clock = testClock('2026-01-15T09:00:00.000Z');
    await recordMigratedRoles({ db, clock });
    await recordMigratedRoles({ db, clock });
    const { rows } = await pool.query(
      `SELECT payload ->> 'because' AS because FROM events WHERE type = 'person.roles-changed'`,
    );
    expect(rows).toEqual([{ because: 'migration' }, { because: 'migration' }]);
  } finally {
    await opening.close();
    await database.drop();
  }
});

/** As every other test does it: what is made first is copied for the rest. */
async function migrateOnce(connection: TestConnection, programRole: string): Promise<void> {
  const opening = openDatabase(connection, { onError: () => {} });
  await ensureProgramRole(opening.pool, programRole);
  await migrate(opening.pool);
  await grantProgram(opening.pool, programRole);
  await opening.close();
}
