import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/postgres-harness/index.ts';
import { canChangeHistory, createLog, openDatabase, type OpenDatabase } from '../foundation/index.ts';
import { readConfig, startStore } from './index.ts';

const log = createLog({ level: 'silent', destination: process.stderr });

let database: TestDatabase;
let server: OpenDatabase;
let roles: { readonly owner: string; readonly program: string };
beforeEach(async () => {
  database = await createTestDatabase({ migrate: async () => {}, template: 'empty' });
  server = openDatabase(database.connection, { onError: () => {} });
  const { database: name } = database.connection;
  roles = { owner: `${name}_owner`, program: `${name}_role` };
  for (const role of Object.values(roles))
    await server.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'placeholder'`);
  await server.pool.query(`ALTER DATABASE ${name} OWNER TO ${roles.owner}`);
});
afterEach(async () => {
  for (const role of Object.values(roles)) await server.pool.query(`DROP OWNED BY ${role} CASCADE`);
  await server.pool.query(`ALTER DATABASE ${database.connection.database} OWNER TO CURRENT_USER`);
  for (const role of Object.values(roles)) await server.pool.query(`DROP ROLE ${role}`);
  await server.close();
  await database.drop();
});

const url = (role: string) => {
  const { host, port, database: name } = database.connection;
  return `postgresql://${role}:placeholder@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
};
const open = (program: string, owner?: string) =>
  startStore(
    readConfig({
      DATABASE_URL: url(program),
      ...(owner === undefined ? {} : { DATABASE_OWNER_URL: url(owner) }),
    }),
    log,
  );

it('an own database is brought up to date by its owner, and the program works on it without any power over history', async () => {
  await expect(open(roles.program)).rejects.toMatchObject({
    code: 'BW-START-DATABASE',
    message: expect.stringContaining('DATABASE_OWNER_URL'),
  });
  const first = await open(roles.program, roles.owner);
  expect(await canChangeHistory(first.pool)).toBe(false);
  await first.close();
  // Up to date: the owner's password need not be at hand.
  const second = await open(roles.program);
  expect(await canChangeHistory(second.pool)).toBe(false);
  await second.pool.query(`SELECT graphile_worker.add_job('placeholder')`);
  await expect(second.pool.query('DELETE FROM events')).rejects.toMatchObject({ code: '42501' });
  await second.close();
});

it('an own database with one role works, and that it can change history is known', async () => {
  for (const owner of [undefined, roles.owner]) {
    const store = await open(roles.owner, owner);
    expect(await canChangeHistory(store.pool)).toBe(true);
    await store.close();
  }
});
