import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/foundation/postgres/index.ts';
import { dropRunDatabases } from './run-databases.ts';
import type { TestConnection } from './test-database.ts';

/**
 * Gives the run one PostgreSQL server: that of TEST_DATABASE_URL when set, else one of its own in a temporary folder,
 * which need not survive a power cut. Returns what ends it, which Vitest calls however the run went.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = `breakwater_${randomBytes(4).toString('hex')}`;
  const url = process.env['TEST_DATABASE_URL'];
  const { server, stop } = url === undefined || url === '' ? await ownServer() : givenServer(url, run);
  project.provide('postgres', { server, run });
  return stop;
}

interface RunServer {
  readonly server: TestConnection;
  readonly stop: () => Promise<void>;
}

async function ownServer(): Promise<RunServer> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-test-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const postgres = await startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      log: () => undefined,
      binFolder: process.env['BREAKWATER_POSTGRES_BIN'],
      settings: {
        fsync: 'off',
        full_page_writes: 'off',
        synchronous_commit: 'off',
        max_connections: 200,
        shared_buffers: '128MB',
      },
    });
    const stop = async () => {
      try {
        await postgres.stop();
      } finally {
        await remove();
      }
    };
    return { server: postgres.connection, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

function givenServer(url: string, run: string): RunServer {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const server = {
    // A socket's folder is given as `postgresql://user@localhost/database?host=/run/postgresql`.
    host: searchParams.get('host') ?? hostname,
    port: Number(searchParams.get('port') ?? (port || 5432)),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
  return { server, stop: () => dropRunDatabases(server, run) };
}
