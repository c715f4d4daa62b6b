import { Kysely, PostgresDialect, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';

/**
 * Every table of the database. Each folder adds its own by declaration merging, beside its migrations:
 * `declare module '../foundation/database.ts' { interface Tables { events: EventsTable } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging
export interface Tables {}

export type Database = Kysely<Tables>;
export type Transaction = KyselyTransaction<Tables>;
/** Either: for reads that may stand inside or outside of a transaction. */
export type Queryable = Database | Transaction;

/** How to reach a PostgreSQL server: a URL, or the parts of a connection over a Unix socket. */
export type Connection =
  | { readonly url: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

// bigint columns are counters and sequence numbers here, all far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is beyond 2^53`);
  return value;
});

export interface OpenDatabase {
  readonly db: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Opens a pool of at most `connections` connections. Nothing is connected until the first query. */
export function openDatabase(
  connection: Connection,
  options: { readonly connections?: number; readonly onError: (error: Error) => void },
): OpenDatabase {
  let closing = false;
  // PostgreSQL may end before the last connection that was let go has heard of it.
  const onError = (error: Error) => {
    if (!closing) options.onError(error);
  };
  const pool = new pg.Pool({
    ...('url' in connection ? { connectionString: connection.url } : connection),
    max: options.connections ?? 10,
    application_name: 'breakwater',
    connectionTimeoutMillis: 10_000,
  });
  // An idle connection that breaks must not end the process: the next query reconnects.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    closing = true;
    await db.destroy();
    // Kysely ends the pool only if it has made a query of its own.
    if (!pool.ending) await pool.end();
  };
  return { db, pool, close };
}

/** What the system says when a connection cannot be made or breaks, and what PostgreSQL says when it goes down. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '53300',
  '3D000',
]);
const UNIQUE_VIOLATION = '23505';
const DISK_FULL = '53100';
/** Serialization failure and deadlock: the same work succeeds when it is done again. */
const CONTENTION = new Set(['40001', '40P01']);

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isUnreachable(error: unknown): boolean {
  if (UNREACHABLE.has(codeOf(error) ?? '')) return true;
  // The socket of a server that is not there. Any other missing file is another matter.
  if (
    codeOf(error) === 'ENOENT' &&
    error instanceof Error &&
    'syscall' in error &&
    error.syscall === 'connect'
  )
    return true;
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  );
}

export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return (
    codeOf(error) === UNIQUE_VIOLATION &&
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === constraint
  );
}

/** Whether it failed only because others were at the same rows. */
export function isContention(error: unknown): boolean {
  return CONTENTION.has(codeOf(error) ?? '');
}

export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === DISK_FULL || codeOf(error) === 'ENOSPC';
}
