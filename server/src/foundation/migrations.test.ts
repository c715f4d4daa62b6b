import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/postgres-harness/index.ts';
import { migrate, openDatabase, type OpenDatabase } from './index.ts';
import { pendingMigrations, readMigrations } from './migrations.ts';

describe('the migrations of the house', () => {
  it('are numbered in one sequence, each number once', async () => {
    const numbers = (await readMigrations()).map((migration) => migration.number);
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it('refuse two files of one number, which would hide one another', async () => {
    const root = await mkdtemp(join(tmpdir(), 'breakwater-migrations-'));
    for (const folder of ['one', 'other']) {
      await mkdir(join(root, folder, 'migrations'), { recursive: true });
      await writeFile(join(root, folder, 'migrations', '0010-placeholder.sql'), 'SELECT 1;');
    }
    await expect(readMigrations(root)).rejects.toThrow(/0010/);
    await rm(root, { recursive: true });
  });
});

describe('what is pending', () => {
  const known = [10, 20, 30].map((number) => ({
    number,
    name: `folder/00${number}-placeholder.sql`,
    sql: 'SELECT 1;',
    sha256: `hash of ${number}`,
  }));

  it('is everything on an empty database, in order', () => {
    expect(pendingMigrations(known, []).map(({ number }) => number)).toEqual([10, 20, 30]);
  });

  it('is nothing when all was applied', () => {
    expect(pendingMigrations(known, known)).toEqual([]);
  });

  it('is never a migration that was edited after it had been applied', () => {
    const done = [{ number: 10, name: 'folder/0010-placeholder.sql', sha256: 'another hash' }];
    expect(() => pendingMigrations(known, done)).toThrow(/folder\/0010-placeholder\.sql was edited/);
  });

  it('is refused on a database that a newer version wrote', () => {
    const done = [...known, { number: 40, name: 'folder/0040-placeholder.sql', sha256: 'hash of 40' }];
    expect(() => pendingMigrations(known, done)).toThrow(
      expect.objectContaining({ code: 'BW-START-DATABASE-NEWER' }),
    );
  });
});

describe('migrating', () => {
  let database: TestDatabase;
  let opened: OpenDatabase[];
  const open = (): OpenDatabase => {
    const one = openDatabase(database.connection, { onError: () => {} });
    opened.push(one);
    return one;
  };
  beforeEach(async () => {
    opened = [];
    database = await createTestDatabase({ migrate: async () => {}, template: 'empty' });
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
    await database.drop();
  });

  it('applies everything once, however often it runs', async () => {
    const { pool } = open();
    const names = (await readMigrations()).map((migration) => migration.name);
    expect(await migrate(pool)).toEqual({ applied: names });
    expect(await migrate(pool)).toEqual({ applied: [] });
  });

  it('lets one of several programs do it while the others wait', async () => {
    const names = (await readMigrations()).map((migration) => migration.name);
    const results = await Promise.all([open(), open(), open()].map(({ pool }) => migrate(pool)));
    expect(results.flatMap(({ applied }) => applied)).toEqual(names);
    const { rows } = await open().pool.query('SELECT name FROM schema_migrations ORDER BY number');
    expect(rows.map((row: { name: string }) => row.name)).toEqual(names);
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    const { pool } = open();
    await migrate(pool);
    await pool.query("INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, 'later', 'x')");
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'BW-START-DATABASE-NEWER' });
    // The lock is given back all the same: the next try is refused again rather than left waiting.
    await expect(migrate(open().pool)).rejects.toMatchObject({ code: 'BW-START-DATABASE-NEWER' });
  });

  it('refuses a database whose history was written by an edited file', async () => {
    const { pool } = open();
    await migrate(pool);
    await pool.query("UPDATE schema_migrations SET sha256 = 'x' WHERE number = 10");
    await expect(migrate(pool)).rejects.toMatchObject({
      code: 'BW-START-DATABASE',
      message: expect.stringContaining('ledger/0010-events.sql'),
    });
  });
});
