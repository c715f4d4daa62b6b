import { lstat, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedPostgres } from './index.ts';
import { query, startIn } from './scratch-server.ts';

let folder: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'breakwater-scratch-')));
  postgres = await startIn(folder);
});

afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

it('is reached by its socket only, in a folder closed to everyone but its owner', async () => {
  expect(postgres.connection.host).toBe(join(folder, 'socket'));
  expect((await lstat(postgres.connection.host)).mode & 0o777).toBe(0o700);
  expect(await query(postgres, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
});

it('says which major version runs', async () => {
  const [row] = await query<{ server_version: string }>(postgres, 'SHOW server_version');
  expect(postgres.version).toBe(Number.parseInt(row?.server_version ?? '', 10));
});

it('is durable, checks its pages, and treats text alike on every machine', async () => {
  const [settings] = await query(
    postgres,
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_pages,
       current_setting('synchronous_commit') AS commit, current_setting('data_checksums') AS checksums,
       current_setting('server_encoding') AS encoding, current_setting('autovacuum') AS autovacuum,
       lower('É') AS lower, 'Z' < 'a' AS by_code_point`,
  );
  expect(settings).toEqual({
    fsync: 'on',
    full_pages: 'on',
    commit: 'on',
    checksums: 'on',
    encoding: 'UTF8',
    autovacuum: 'on',
    lower: 'é',
    by_code_point: true,
  });
});

it('keeps stored values out of its log', async () => {
  await query(postgres, 'CREATE TABLE people (name text PRIMARY KEY)');
  await query(postgres, "INSERT INTO people VALUES ('placeholder-name')");
  await expect(query(postgres, "INSERT INTO people VALUES ('placeholder-name')")).rejects.toThrow(
    /duplicate/,
  );
  // The log is complete once the server has ended.
  await postgres.stop();
  const names = await readdir(join(folder, 'log'));
  const files = await Promise.all(names.map((name) => readFile(join(folder, 'log', name), 'utf8')));
  expect(files.join('')).toContain('duplicate key');
  expect(files.join('')).not.toContain('placeholder-name');
});
