import { pino, type DestinationStream, type Logger } from 'pino';

/** Words in the name of a field that could carry a picture, a message, a name or a key. Such fields are struck out. */
const SENSITIVE_WORDS = [
  'authorization',
  'body',
  'bytes',
  'comment',
  'cookie',
  'description',
  'handle',
  'info',
  'key',
  'link',
  'name',
  'password',
  'payload',
  'rationale',
  'secret',
  'text',
  'token',
  'url',
];
const sensitive = new Set(SENSITIVE_WORDS);
/** `keyId` and the like say which, and not what. */
const HARMLESS_ENDINGS = new Set(['id', 'ids', 'kind', 'count']);
const CENSOR = '[struck out]';
const MAX_DEPTH = 6;

/** A structured log, one JSON object a line, with sensitive fields struck out wherever they appear. */
export function createLog(options: {
  readonly level: string;
  readonly destination: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: entryWithoutSecrets },
      // What a child logger carries along does not pass through the formatter.
      redact: { paths: SENSITIVE_WORDS, censor: CENSOR },
    },
    options.destination,
  );
}

function entryWithoutSecrets(entry: object): Record<string, unknown> {
  return isBytes(entry) ? {} : fieldsWithoutSecrets(entry, 0);
}

function fieldsWithoutSecrets(fields: object, depth: number): Record<string, unknown> {
  const kept = Object.entries(fields).map(([field, value]: [string, unknown]): [string, unknown] => {
    if (isSensitive(field)) return [field, CENSOR];
    // Anything can be thrown, and that something was is to be seen.
    const thrown = (field === 'error' || field === 'err') && (typeof value !== 'object' || value === null);
    return [field, thrown ? describeThrown(value) : withoutSecrets(value, depth + 1)];
  });
  return Object.fromEntries(kept);
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isBytes(value)) return CENSOR;
  if (value instanceof Error) return describeThrown(value);
  if (value instanceof Date) return value;
  if (depth === MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return fieldsWithoutSecrets(value, depth);
}

function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function isSensitive(field: string): boolean {
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return !HARMLESS_ENDINGS.has(words.at(-1) ?? '') && words.some((word) => sensitive.has(word));
}

/** Database drivers put row values into `detail` and its like, so only what identifies the fault is kept. */
function describeThrown(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error))
    return { message: typeof thrown === 'string' ? thrown : `no error, but ${typeof thrown}` };
  const { name: type, message, stack, cause } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  return { type, code, message, stack, cause: cause === undefined ? undefined : describeThrown(cause) };
}

export type { Logger } from 'pino';
