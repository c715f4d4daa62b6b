/** PostgreSQL settings by name, as in postgresql.conf. */
export type PostgresSettings = Readonly<Record<string, string | number>>;

/** The number in the socket's name; nothing listens on a network port. */
export const socketPort = 5432;

/**
 * The settings of the database that serves one installation on one machine: durable, small, quiet.
 * `major` is PostgreSQL's major version, `socketFolder` and `logFolder` are absolute paths.
 */
export function serverSettings(major: number, socketFolder: string, logFolder: string): PostgresSettings {
  return {
    ...reachable(socketFolder),
    ...durable,
    ...small,
    ...(major >= 18 ? smallSince18 : {}),
    ...quiet(logFolder),
  };
}

/** Turns settings into arguments of `postgres`; the command line wins over the files in the cluster. */
export function settingsArguments(settings: PostgresSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A Unix socket in a folder that only its owner can enter. */
function reachable(socketFolder: string): PostgresSettings {
  return {
    listen_addresses: '',
    port: socketPort,
    // The setting is a list: quotes keep a comma or a space in the path from splitting it.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
}

/** Said aloud, so that no edit of postgresql.conf can quietly break "nothing is lost". */
const durable: PostgresSettings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
};

const small: PostgresSettings = {
  shared_buffers: '24MB',
  max_connections: 40,
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  wal_buffers: '1MB',
  max_wal_senders: 0,
  max_worker_processes: 2,
  max_parallel_workers_per_gather: 0,
  max_logical_replication_workers: 0,
  autovacuum_max_workers: 2,
  huge_pages: 'off',
  jit: 'off',
};

/** PostgreSQL 18 keeps three workers for input and output by default; one installation does not need them. */
const smallSince18: PostgresSettings = { io_method: 'sync' };

/**
 * A log that holds no personal data: a failed statement and the DETAIL line of a violated constraint both quote
 * stored values, so neither is written. One file a weekday; each is overwritten a week later.
 */
function quiet(logFolder: string): PostgresSettings {
  return {
    logging_collector: 'on',
    log_directory: logFolder,
    log_filename: 'postgres-%a.log',
    log_file_mode: '0600',
    log_rotation_age: '1d',
    log_rotation_size: 0,
    log_truncate_on_rotation: 'on',
    log_line_prefix: '%m [%p] ',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: -1,
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}
