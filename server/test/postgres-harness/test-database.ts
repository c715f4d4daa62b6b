import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { programRoleOf, withClient } from './run-databases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL server of this run. Test files use createTestDatabase() and not this. */
    readonly postgres: { readonly server: TestConnection; readonly run: string };
  }
}

/** How the `pg` client reaches a test database. */
export interface TestConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** A database of one test file's own. */
export interface TestDatabase {
  readonly connection: TestConnection;
  /** The role that the program has here; nobody signs in as it, but the owner of the connection can take it on. */
  readonly programRole: string;
  /** Drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** What goes into a test database before the test sees it. */
export interface TestDatabaseOptions {
  /** Creates the schema; runs once per template and run. Must have closed its connections when it resolves. */
  readonly migrate: (connection: TestConnection, programRole: string) => Promise<void>;
  /** Names the template; two different `migrate` need two names (lower-case letters). */
  readonly template?: string;
}

/** Makes a fresh database: a copy of one that `migrate` prepared once for the whole run. */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { server, run } = inject('postgres');
  const template = `${run}_template_${options.template ?? 'schema'}`;
  const database = `${run}_${randomBytes(6).toString('hex')}`;
  const programRole = programRoleOf(run);
  await withClient(server, async (client) => {
    // One process of the run prepares the template while the others wait; the lock goes with the connection.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const made = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (made.rowCount === 0) {
      const draft = `${template}_draft`;
      await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${draft}`);
      await options.migrate({ ...server, database: draft }, programRole);
      await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
    }
    await client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
  });
  return {
    connection: { ...server, database },
    programRole,
    drop: () =>
      withClient(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }),
  };
}
