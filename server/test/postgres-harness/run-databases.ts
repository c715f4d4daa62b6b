import { Client } from 'pg';
import type { TestConnection } from './test-database.ts';

/** Runs `work` on one connection to `server` and closes it. */
export async function withClient<Result>(
  server: TestConnection,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(server);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server, so each run has one of its own. */
export function programRoleOf(run: string): string {
  return `${run}_program`;
}

/** Drops every database that a run made, the templates too, and its role. */
export async function dropRunDatabases(server: TestConnection, run: string): Promise<void> {
  await withClient(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [run],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await client.query(`DROP ROLE IF EXISTS ${programRoleOf(run)}`);
  });
}
