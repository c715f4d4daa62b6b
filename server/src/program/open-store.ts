import { setTimeout as pause } from 'node:timers/promises';
import type { Connection, Logger, OpenDatabase } from '../foundation/index.ts';
import {
  CodedError,
  ensureProgramRole,
  grantProgram,
  isMigrated,
  isUnreachable,
  migrate,
  openDatabase,
} from '../foundation/index.ts';
import {
  findEmbeddedPostgres,
  PostgresStartError,
  processRuns,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../foundation/postgres/index.ts';
import type { Config } from './config.ts';
import { dataFolders, diskFull } from './data-folder.ts';

const OLDEST_POSTGRES = 150_000;

export interface Store extends OpenDatabase {
  readonly connection: Connection;
}

/** As whom the program works in the database that comes with Breakwater. Its owner only changes the shape of tables. */
const PROGRAM_ROLE = 'breakwater_program';

/**
 * The database of this installation, of this version, started first if it is the one that comes with Breakwater, and
 * started again should it die. The program is connected as a role that cannot change what is append-only, wherever there
 * is another for the owner. `close` ends what was started or taken over here.
 * @throws {CodedError} BW-START-DATABASE with one sentence on what to do, BW-START-DATABASE-NEWER
 */
export async function startStore(config: Config, log: Logger): Promise<Store> {
  if (config.databaseUrl !== undefined) return startAt(config.databaseUrl, config.databaseOwnerUrl, log);
  const start = () =>
    startEmbeddedPostgres({
      folder: dataFolders(config.dataFolder).postgres,
      log: (line) => log.info(line),
      binFolder: config.postgresBinFolder,
    });
  const postgres = await start().catch((error: unknown) => {
    throw inOurWords(error, config.dataFolder);
  });
  try {
    await asOwner(postgres.connection, log, async ({ pool }) => {
      await ensureProgramRole(pool, PROGRAM_ROLE);
      await migrate(pool);
      await grantProgram(pool, PROGRAM_ROLE);
    });
    const store = await connect(asProgram(postgres), log);
    const keeper = keepRunning(postgres, start, log);
    return {
      ...store,
      close: async () => {
        const running = await keeper.stop();
        await store.close();
        await running.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function startAt(url: string, ownerUrl: string | undefined, log: Logger): Promise<Store> {
  const store = await connect({ url }, log);
  try {
    if (ownerUrl === undefined) {
      if (!(await isMigrated(store.pool))) await migrate(store.pool);
      return store;
    }
    const { rows } = await store.pool.query<{ role: string }>('SELECT current_user AS role');
    await asOwner({ url: ownerUrl }, log, async ({ pool }) => {
      await migrate(pool);
      await grantProgram(pool, rows[0]?.role ?? '');
    });
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function asProgram({ connection }: EmbeddedPostgres): Connection {
  return { ...connection, user: PROGRAM_ROLE };
}

async function asOwner(
  connection: Connection,
  log: Logger,
  work: (owner: Store) => Promise<void>,
): Promise<void> {
  const owner = await connect(connection, log);
  try {
    await work(owner);
  } finally {
    await owner.close();
  }
}

function inOurWords(error: unknown, dataFolder: string): unknown {
  if (!(error instanceof PostgresStartError)) return error;
  if (error.reason === 'disk-full') return diskFull(dataFolder, error);
  return new CodedError('BW-START-DATABASE', { message: error.message, cause: error });
}

const WATCH_PAUSE_MS = 1000;

/** Starts the server again when its process is gone. Connections find it where it was. */
function keepRunning(
  first: EmbeddedPostgres,
  start: () => Promise<EmbeddedPostgres>,
  log: Logger,
): { stop(): Promise<EmbeddedPostgres> } {
  let running = first;
  const stopped = new AbortController();
  const watching = (async () => {
    for (;;) {
      await pause(WATCH_PAUSE_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      if (await processRuns(running.pid)) continue;
      log.error('the database is gone; starting it again');
      try {
        running = await start();
      } catch (error) {
        log.error({ error }, 'the database could not be started again; it will be tried');
      }
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await watching;
      return running;
    },
  };
}

/** The database of a program that runs. @throws {CodedError} BW-NOT-RUNNING when none does */
export async function joinStore(config: Config, log: Logger): Promise<Store | undefined> {
  if (config.databaseUrl !== undefined) return connect({ url: config.databaseUrl }, log);
  const postgres = await findEmbeddedPostgres({
    folder: dataFolders(config.dataFolder).postgres,
    log: (line) => log.debug(line),
  });
  return postgres === undefined ? undefined : connect(asProgram(postgres), log);
}

async function connect(connection: Connection, log: Logger): Promise<Store> {
  const database = openDatabase(connection, {
    onError: (error) => log.warn({ error }, 'a database connection broke'),
    connections: 12,
  });
  try {
    const { rows } = await database.pool.query<{ server_version_num: string }>('SHOW server_version_num');
    if (Number(rows[0]?.server_version_num) < OLDEST_POSTGRES) {
      const message = 'The database is older than PostgreSQL 15. Upgrade it, or leave DATABASE_URL out.';
      throw new CodedError('BW-START-DATABASE', { message });
    }
    return { ...database, connection };
  } catch (error) {
    await database.close();
    if (!isUnreachable(error) && !('url' in connection)) throw error;
    if (error instanceof CodedError) throw error;
    const message =
      'The database of DATABASE_URL cannot be reached, or refuses us. Check the address and that it runs.';
    throw new CodedError('BW-START-DATABASE', { message, cause: error });
  }
}
