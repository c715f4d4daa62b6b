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
      formatters: { log: (entry) => withoutSecrets(entry, 0) as Record<string, unknown> },
      // What a child logger carries along does not pass through the formatter.
      redact: { paths: SENSITIVE_WORDS, censor: CENSOR },
    },
    options.destination,
  );
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return depth === 0 ? {} : CENSOR;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value;
  if (depth === MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      isSensitive(field) ? CENSOR : fieldValue(field, inner, depth + 1),
    ]),
  );
}

function fieldValue(field: string, value: unknown, depth: number): unknown {
  // Anything can be thrown, and what was thrown is to be seen.
  const thrown = (field === 'error' || field === 'err') && (typeof value !== 'object' || value === null);
  return thrown ? { message: String(value) } : withoutSecrets(value, depth);
}

function isSensitive(field: string): boolean {
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return !HARMLESS_ENDINGS.has(words.at(-1) ?? '') && words.some((word) => sensitive.has(word));
}

/** Database drivers put row values into `detail` and its like, so only what identifies the fault is kept. */
function describeError(error: Error): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const { cause } = error;
  return {
    type: error.name,
    code,
    message: error.message,
    stack: error.stack,
    cause: cause instanceof Error || cause === undefined ? cause && describeError(cause) : String(cause),
  };
}

export type { Logger } from 'pino';
