import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { CodedError } from './errors.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** Any number will do, as long as nothing else locks on it. */
const MIGRATION_LOCK = 0x62_77_6d_67;

/**
 * Brings the database to this version: forward only, each migration in a transaction of its own.
 * Two programs may call it at once; one waits.
 * @throws {CodedError} BW-START-DATABASE-NEWER when the database knows a migration that this program does not.
 */
export async function migrate(pool: pg.Pool): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    )`);
    const done = await client.query<{ number: number; name: string; sha256: string }>(
      'SELECT number, name, sha256 FROM schema_migrations ORDER BY number',
    );
    const pending = pendingMigrations(migrations, done.rows);
    for (const migration of pending) await apply(client, migration);
    await runMigrations({ pgPool: pool, logger: undefined as never });
    return { applied: pending.map((migration) => migration.name) };
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    client.release();
  }
}

/**
 * Whether the database is of this version already, so that a role that may not change it needs nothing.
 * @throws {CodedError} BW-START-DATABASE-NEWER
 */
export async function isMigrated(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>(
    `SELECT to_regclass('schema_migrations') IS NOT NULL AND to_regclass('graphile_worker.migrations') IS NOT NULL AS there`,
  );
  if (rows[0]?.there !== true) return false;
  const done = await pool.query<{ number: number; name: string; sha256: string }>(
    'SELECT number, name, sha256 FROM schema_migrations',
  );
  return pendingMigrations(await readMigrations(), done.rows).length === 0;
}

/** What is still to be applied, in order; refuses a history that this program did not write. */
export function pendingMigrations(
  known: readonly Migration[],
  done: readonly { readonly number: number; readonly name: string; readonly sha256: string }[],
): Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]));
  for (const row of done) {
    const migration = byNumber.get(row.number);
    if (migration === undefined) throw new CodedError('BW-START-DATABASE-NEWER');
    if (migration.sha256 !== row.sha256) {
      throw new CodedError('BW-START-DATABASE', {
        message: `Migration ${migration.name} was edited after it had been applied. Restore the file as it was.`,
      });
    }
  }
  const applied = new Set(done.map((row) => row.number));
  return known.filter((migration) => !applied.has(migration.number));
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${migration.name} failed`, { cause: error });
  }
}

/**
 * The migrations of all folders, `<folder>/migrations/NNNN-name.sql`, ordered by their number, which is one
 * sequence for the whole house. Read from the sources also when the program runs from dist.
 */
export async function readMigrations(
  root: string = fileURLToPath(new URL('../../src/', import.meta.url)),
): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const folder of await readdir(root, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const names = await migrationNames(`${root}/${folder.name}/migrations`);
    for (const name of names) {
      const sql = await readFile(`${root}/${folder.name}/migrations/${name}`, 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      migrations.push({ number: Number(name.slice(0, 4)), name: `${folder.name}/${name}`, sql, sha256 });
    }
  }
  const sorted = migrations.toSorted((a, b) => a.number - b.number);
  for (const [index, { number, name }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before?.number === number) throw new Error(`${before.name} and ${name} have the same number`);
  }
  return sorted;
}

async function migrationNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
