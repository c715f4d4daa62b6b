import { expect, inject, it } from 'vitest';
import { createTestDatabase, type TestConnection } from './index.ts';
import { withClient } from './run-databases.ts';

let migrations = 0;

async function migrate(connection: TestConnection): Promise<void> {
  migrations += 1;
  await withClient(connection, (client) => client.query('CREATE TABLE words (word text)'));
}

it('gives each caller a database of its own with the schema in it', async () => {
  const [first, second] = await Promise.all([
    createTestDatabase({ migrate, template: 'words' }),
    createTestDatabase({ migrate, template: 'words' }),
  ]);
  await withClient(first.connection, (client) => client.query("INSERT INTO words VALUES ('placeholder')"));
  expect(await words(first.connection)).toEqual([{ word: 'placeholder' }]);
  expect(await words(second.connection)).toEqual([]);
  expect(migrations).toBe(1);
  await Promise.all([first.drop(), second.drop()]);
});

it('starts over when the migration failed', async () => {
  await expect(createTestDatabase({ migrate: fail, template: 'failing' })).rejects.toThrow('placeholder');
  const database = await createTestDatabase({ migrate, template: 'failing' });
  expect(await words(database.connection)).toEqual([]);
  await database.drop();
});

it('drops a database that is still in use', async () => {
  const database = await createTestDatabase({ migrate, template: 'words' });
  await withClient(database.connection, async (client) => {
    const isCut = new Promise((resolve) => {
      client.on('error', resolve);
    });
    await database.drop();
    expect(await isCut).toBeInstanceOf(Error);
  });
  const names = await withClient(inject('postgres').server, (client) =>
    client.query('SELECT FROM pg_database WHERE datname = $1', [database.connection.database]),
  );
  expect(names.rowCount).toBe(0);
});

async function fail(): Promise<void> {
  throw new Error('placeholder');
}

async function words(connection: TestConnection): Promise<unknown[]> {
  return withClient(connection, async (client) => (await client.query('SELECT word FROM words')).rows);
}
