/** Why PostgreSQL could not be started, in the terms of what a person can do about it. */
export type PostgresStartReason =
  | 'unwritable-folder'
  | 'disk-full'
  | 'newer-version'
  | 'older-version'
  | 'missing-binaries'
  | 'cannot-run-as-root'
  | 'failed';

/** PostgreSQL could not be started; `message` is one sentence for the person at the terminal. */
export class PostgresStartError extends Error {
  readonly reason: PostgresStartReason;

  constructor(reason: PostgresStartReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PostgresStartError';
    this.reason = reason;
  }
}

/** The system's name for what went wrong, such as ENOENT; undefined for errors that are not the system's. */
export function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Translates a failed file operation on `path` into the error a person reads. */
export function errorFromFileSystem(cause: unknown, path: string): PostgresStartError {
  switch (systemCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    // What Node says when it makes a folder and its parents on a read-only disk.
    case 'ENOENT':
      return unwritable(path, { cause });
    default:
      return new PostgresStartError(
        'failed',
        `PostgreSQL's folder ${path} cannot be used: ${String(cause)}.`,
        {
          cause,
        },
      );
  }
}

/**
 * Translates what initdb or postgres printed before it gave up.
 * The programs run with the C locale, so their messages are the untranslated ones.
 */
export function errorFromOutput(output: string, path: string): PostgresStartError {
  const cause = new Error(output.trim() || 'no output');
  const complaint = lastComplaint(output);
  if (/shared memory/.test(complaint)) return failed(complaint, path, cause);
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(path, { cause });
  if (/Permission denied|Read-only file system|Operation not permitted|Not a directory/.test(output)) {
    return unwritable(path, { cause });
  }
  if (/wrong ownership/.test(output)) {
    return new PostgresStartError(
      'unwritable-folder',
      `The database in ${path} belongs to another user; start as that user, or give the folder to this one with chown.`,
      { cause },
    );
  }
  return failed(complaint, path, cause);
}

function failed(complaint: string, path: string, cause: Error): PostgresStartError {
  const saying = complaint === '' ? 'without a word' : `saying: ${complaint}`;
  return new PostgresStartError('failed', `PostgreSQL gave up on ${path}, ${saying}.`, { cause });
}

function diskFull(path: string, options: ErrorOptions): PostgresStartError {
  return new PostgresStartError(
    'disk-full',
    `The disk that holds ${path} is full; free some space and start again.`,
    options,
  );
}

function unwritable(path: string, options: ErrorOptions): PostgresStartError {
  return new PostgresStartError(
    'unwritable-folder',
    `The database cannot be kept in ${path}, because this user cannot write there; choose another data folder or correct its permissions.`,
    options,
  );
}

/** The last line that names a fault, without its prefix, final full stop and line breaks. */
function lastComplaint(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const faults = lines.filter((line) => /\b(FATAL|PANIC|ERROR|error):/.test(line));
  const line = faults.at(-1) ?? lines.findLast((text) => text !== '') ?? '';
  return line.replace(/^.*?\b(?:FATAL|PANIC|ERROR|error):\s*/, '').replace(/\.$/, '');
}
