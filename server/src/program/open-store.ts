import type { Connection, Logger, OpenDatabase } from '../foundation/index.ts';
import { CodedError, isUnreachable, openDatabase } from '../foundation/index.ts';
import {
  findEmbeddedPostgres,
  PostgresStartError,
  startEmbeddedPostgres,
} from '../foundation/postgres/index.ts';
import type { Config } from './config.ts';
import { dataFolders, diskFull } from './data-folder.ts';

const OLDEST_POSTGRES = 150_000;

export interface Store extends OpenDatabase {
  readonly connection: Connection;
}

/**
 * The database of this installation, started first if it is the one that comes with Breakwater. `close` ends what was
 * started or taken over here.
 * @throws {CodedError} BW-START-DATABASE with one sentence on what to do
 */
export async function startStore(config: Config, log: Logger): Promise<Store> {
  if (config.databaseUrl !== undefined) return connect({ url: config.databaseUrl }, log);
  try {
    const postgres = await startEmbeddedPostgres({
      folder: dataFolders(config.dataFolder).postgres,
      log: (line) => log.info(line),
      binFolder: config.postgresBinFolder,
    });
    const store = await connect(postgres.connection, log);
    return {
      ...store,
      close: async () => {
        await store.close();
        await postgres.stop();
      },
    };
  } catch (error) {
    if (!(error instanceof PostgresStartError)) throw error;
    if (error.reason === 'disk-full') throw diskFull(config.dataFolder, error);
    throw new CodedError('BW-START-DATABASE', { message: error.message, cause: error });
  }
}

/** The database of a program that runs. @throws {CodedError} BW-NOT-RUNNING when none does */
export async function joinStore(config: Config, log: Logger): Promise<Store | undefined> {
  if (config.databaseUrl !== undefined) return connect({ url: config.databaseUrl }, log);
  const postgres = await findEmbeddedPostgres({
    folder: dataFolders(config.dataFolder).postgres,
    log: (line) => log.debug(line),
  });
  return postgres === undefined ? undefined : connect(postgres.connection, log);
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
