import pg from 'pg';

/** Functions whose triggers make a table append-only. A table that has one gets no right to change what is in it. */
const GUARDS = ['refuse_change', 'refuse_change_but_erasure'];

/** Makes the role that the program works as, unless there is one. Only for a server of our own, which asks for no password. */
export async function ensureProgramRole(owner: pg.Pool, role: string): Promise<void> {
  const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount === 0) await owner.query(`CREATE ROLE ${pg.escapeIdentifier(role)} LOGIN`);
}

/**
 * Gives `role` the rights that the program needs on everything that there is, and none by which what is append-only
 * could be changed. To be called after each migration, by the owner; does nothing when nothing is missing.
 */
export async function grantProgram(owner: pg.Pool, role: string): Promise<void> {
  if (await isGranted(owner, role)) return;
  const name = pg.escapeIdentifier(role);
  const guarded = ['schema_migrations', ...(await guardedTables(owner))].map(pg.escapeIdentifier).join(', ');
  const client = await owner.connect();
  try {
    await client.query(`BEGIN;
      GRANT USAGE ON SCHEMA public, graphile_worker TO ${name};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, graphile_worker TO ${name};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, graphile_worker TO ${name};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, graphile_worker TO ${name};
      REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON ${guarded} FROM ${name};
      REVOKE INSERT ON schema_migrations FROM ${name};`);
    for (const table of await tablesWithoutPolicy(client, role))
      await client.query(`CREATE POLICY ${name} ON ${table} TO ${name} USING (true) WITH CHECK (true)`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/**
 * Whether the role of this connection could change or remove what is append-only, because it owns the tables, is a
 * superuser, or was given the right.
 */
export async function canChangeHistory(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ able: boolean }>(
    `SELECT bool_or(pg_has_role(relowner, 'USAGE') OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'))
      OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS able
     FROM pg_class c WHERE c.oid IN (SELECT tgrelid FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid
       WHERE proname = ANY ($1))`,
    [GUARDS],
  );
  return rows[0]?.able !== false;
}

async function guardedTables(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT DISTINCT relname AS name FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = ANY ($1)`,
    [GUARDS],
  );
  return rows.map(({ name }) => name);
}

/** One look, so that a start at which nothing is new writes nothing. */
async function isGranted(owner: pg.Pool, role: string): Promise<boolean> {
  const { rows } = await owner.query<{ granted: boolean }>(
    `WITH spaces AS (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'graphile_worker'))
     SELECT bool_and(
        CASE WHEN relkind = 'S' THEN has_sequence_privilege($1, c.oid, 'USAGE')
          WHEN relname = 'schema_migrations' THEN has_table_privilege($1, c.oid, 'SELECT')
          WHEN guarded THEN has_table_privilege($1, c.oid, 'INSERT') AND has_table_privilege($1, c.oid, 'SELECT')
            AND NOT has_table_privilege($1, c.oid, 'UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
          ELSE has_table_privilege($1, c.oid, 'SELECT') AND has_table_privilege($1, c.oid, 'INSERT')
            AND has_table_privilege($1, c.oid, 'UPDATE') AND has_table_privilege($1, c.oid, 'DELETE')
        END
        AND (NOT relrowsecurity OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = $1)))
        AND (SELECT bool_and(has_function_privilege($1, p.oid, 'EXECUTE')) FROM pg_proc p
          WHERE pronamespace IN (SELECT oid FROM spaces)) AS granted
     FROM (SELECT oid, relname, relkind, relnamespace, relrowsecurity, EXISTS (SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
         WHERE t.tgrelid = pg_class.oid AND f.proname = ANY ($2)) AS guarded FROM pg_class) AS c
     WHERE relkind IN ('r', 'p', 'v', 'S') AND relnamespace IN (SELECT oid FROM spaces)`,
    [role, GUARDS],
  );
  return rows[0]?.granted === true;
}

/** The job queue hides its rows from all but its owner, unless a policy says otherwise. */
async function tablesWithoutPolicy(client: pg.PoolClient, role: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relrowsecurity AND nspname IN ('public', 'graphile_worker')
       AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = $1)`,
    [role],
  );
  return rows.map(({ name }) => name);
}
