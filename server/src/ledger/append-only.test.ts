import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { canChangeHistory, grantProgram } from '../foundation/index.ts';
import { sql } from 'kysely';

const GUARDED = [
  'events',
  'ledger_leaves',
  'ledger_tiles',
  'ledger_checkpoints',
  'ledger_cosignatures',
  'ledger_chain',
];

describe('as the program is connected, the database refuses', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const asProgram = (statement: string) => sql.raw(statement).execute(desk.db);

  it.each(GUARDED)('every change of %s', async (table) => {
    const { rows } = await desk.pool.query<{ column: string }>(
      'SELECT column_name AS column FROM information_schema.columns WHERE table_name = $1 LIMIT 1',
      [table],
    );
    const column = rows[0]?.column ?? '';
    // Says only in a warning that it gave nothing.
    await asProgram(`GRANT ALL ON ${table} TO CURRENT_USER`);
    for (const statement of [
      `UPDATE ${table} SET ${column} = ${column}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      `DROP TABLE ${table} CASCADE`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `ALTER TABLE ${table} DISABLE TRIGGER USER`,
      `ALTER TABLE ${table} RENAME TO placeholder`,
      `CREATE TRIGGER placeholder BEFORE INSERT ON ${table} EXECUTE FUNCTION refuse_change()`,
      `CREATE RULE placeholder AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
    ])
      await expect(asProgram(statement), statement).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'SET session_replication_role = replica',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS $$ SELECT NULL $$',
    'CREATE TABLE placeholder (id integer)',
    'DROP FUNCTION refuse_change() CASCADE',
    'DELETE FROM schema_migrations',
    `INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, 'placeholder', 'x')`,
  ])('%s', async (statement) => {
    await expect(asProgram(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('a change by its owner too, unless the triggers are taken away', async () => {
    for (const table of GUARDED)
      await expect(desk.pool.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
    await expect(desk.pool.query(`UPDATE events SET type = 'placeholder'`)).rejects.toThrow(/append-only/);
    await expect(
      desk.pool.query(`UPDATE events SET payload = NULL, salt = NULL, type = 'placeholder'`),
    ).rejects.toThrow(/append-only/);
  });

  it('and tells an owner from one who is not', async () => {
    expect(await canChangeHistory(desk.pool)).toBe(true);
    const { rows } = await sql<{ role: string }>`SELECT current_user AS role`.execute(desk.db);
    await desk.pool.query('CREATE TABLE later (id integer)');
    await expect(asProgram('INSERT INTO later VALUES (1)')).rejects.toMatchObject({ code: '42501' });
    await grantProgram(desk.pool, rows[0]?.role ?? '');
    await asProgram('INSERT INTO later VALUES (1)');
  });
});
