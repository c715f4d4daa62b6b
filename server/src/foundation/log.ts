import { pino, type DestinationStream, type Logger } from 'pino';

/** Fields that could carry a picture, a message, a name or a key. They are struck out wherever they appear. */
const SENSITIVE = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'key',
  'serviceKey',
  'signInLink',
  'text',
  'name',
  'displayName',
  'handle',
  'description',
  'comment',
  'rationale',
  'body',
  'bytes',
  'payload',
  'url',
];

const paths = SENSITIVE.flatMap((field) => {
  const last = field.includes('-') ? `["${field}"]` : field;
  const join = (prefix: string) => (last.startsWith('[') ? `${prefix}${last}` : `${prefix}.${last}`);
  return [last, join('*'), join('*.*')];
});

/** A structured log, one JSON object a line, with sensitive fields struck out. */
export function createLog(options: {
  readonly level: string;
  readonly destination: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: '[struck out]' },
      serializers: { error: serializeError, err: serializeError },
    },
    options.destination,
  );
}

/** Database drivers put row values into `detail`, so only what identifies the fault is kept. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    code,
    message: error.message,
    stack: error.stack,
    cause: error.cause === undefined ? undefined : serializeError(error.cause),
  };
}

export type { Logger } from 'pino';
