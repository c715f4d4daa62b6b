/** The one table of coded errors. docs/errors.md is written from it; a test holds the two together. */

interface ErrorEntry {
  readonly status: number;
  /** What a person reads: what is wrong and what to do. Never internal detail. */
  readonly message: string;
}

const table = {
  'BW-BODY-INVALID': {
    status: 422,
    message: 'The request does not have the documented shape. See the details.',
  },
  'BW-UNKNOWN-FIELD': {
    status: 422,
    message: 'The request has a field that is not documented. Remove it, or check its spelling.',
  },
  'BW-BODY-NOT-JSON': { status: 400, message: 'The request body is not valid JSON.' },
  'BW-BODY-EMPTY': { status: 400, message: 'The request body is empty.' },
  'BW-BODY-TOO-LARGE': {
    status: 413,
    message: 'The request body is too large. Send less, or send pictures as multipart parts.',
  },
  'BW-TEXT-UNSTORABLE': {
    status: 422,
    message: 'A text has a NUL or half of a surrogate pair, which is not valid Unicode text. Remove it.',
  },
  'BW-CONTENT-TYPE': {
    status: 415,
    message: 'This content type is not accepted here. See the API page for the types that are.',
  },
  'BW-MULTIPART-INVALID': {
    status: 400,
    message:
      'The multipart body cannot be read. Send one JSON part named "report", and one file part for each name that it mentions.',
  },
  'BW-MULTIPART-PART-MISSING': {
    status: 422,
    message: 'The report mentions a file part that was not sent. See the details.',
  },
  'BW-MULTIPART-PART-UNUSED': {
    status: 422,
    message: 'A file part was sent that the report does not mention. See the details.',
  },
  'BW-CURSOR-INVALID': {
    status: 400,
    message: 'The cursor is not one that this list gave out. Start without one.',
  },
  'BW-IDEMPOTENCY-KEY-MISSING': {
    status: 400,
    message: 'Send an Idempotency-Key header of 1 to 255 printable characters, the same one for every retry.',
  },
  'BW-IDEMPOTENCY-KEY-REUSED': {
    status: 409,
    message: 'This idempotency key was used before with another body. Use a new key for a new report.',
  },
  'BW-NOT-FOUND': { status: 404, message: 'There is no such thing here.' },
  'BW-REQUEST-MALFORMED': {
    status: 400,
    message: 'The request is not valid HTTP: its address cannot be decoded, or its body ends early.',
  },
  'BW-REQUEST-TIMEOUT': { status: 408, message: 'The request took too long to arrive. Send it again.' },
  'BW-HEADERS-TOO-LARGE': { status: 431, message: 'The request headers are too large. Send less of them.' },
  'BW-METHOD-NOT-ALLOWED': { status: 405, message: 'This address does not take this method.' },
  'BW-RATE-LIMITED': {
    status: 429,
    message: 'Too many requests. Wait for the time in the Retry-After header.',
  },
  'BW-BUSY': { status: 503, message: 'Too much is waiting already. Try again in a few seconds.' },
  'BW-INTERNAL': {
    status: 500,
    message:
      'Something failed on our side. Nothing acknowledged was lost. Quote the request id to the operator.',
  },
  'BW-DATABASE-UNAVAILABLE': {
    status: 503,
    message: 'The database cannot be reached. Nothing was stored; try again.',
  },
  'BW-DISK-FULL': {
    status: 507,
    message: 'The disk is full. Nothing was stored; the operator must free space.',
  },

  'BW-SIGN-IN-REQUIRED': { status: 401, message: 'Sign in first.' },
  'BW-SIGN-IN-LINK-INVALID': {
    status: 401,
    message:
      'This sign-in link was used before or has expired. Make a new one with: bin/breakwater sign-in-link',
  },
  'BW-SERVICE-KEY-REQUIRED': {
    status: 401,
    message: 'Send a service key in the Authorization header: Bearer bwk_…',
  },
  'BW-SERVICE-KEY-INVALID': { status: 401, message: 'This service key is unknown, expired or revoked.' },
  'BW-FORBIDDEN': { status: 403, message: 'You do not have the permission that this needs.' },
  'BW-CROSS-ORIGIN': { status: 403, message: 'This request came from another site and was refused.' },

  'BW-SERVICE-EXISTS': { status: 409, message: 'A service with this short name exists already.' },
  'BW-LIST-EMPTY': { status: 422, message: 'The list has no entries.' },
  'BW-LIST-INVALID': {
    status: 422,
    message: 'The list was not imported: some lines cannot be read. Nothing was stored. See the details.',
  },
  'BW-LIST-CUT': {
    status: 422,
    message:
      'The list ends in the middle of a line, so it may be incomplete. Nothing was stored. Fetch it again.',
  },
  'BW-EXHIBIT-NOT-PREVIEWABLE': {
    status: 409,
    message:
      'There is no preview: it is known material, decided without viewing, or it could not be decoded.',
  },
  'BW-EXHIBIT-NOT-RENDERABLE': {
    status: 409,
    message: 'The picture cannot be shown, because it could not be decoded safely.',
  },
  'BW-EXHIBIT-CORRUPT': {
    status: 500,
    message: 'The sealed exhibit cannot be opened: it is missing or was altered. Tell the operator at once.',
  },
  'BW-EXHIBIT-DESTROYED': {
    status: 410,
    message: 'This exhibit was destroyed. Its record and the certificate of destruction remain.',
  },
  'BW-EXHIBIT-HELD': {
    status: 409,
    message: 'This is under legal hold. Nothing of it can be destroyed until a person releases the hold.',
  },
  'BW-EXHIBIT-NOT-DUE': {
    status: 409,
    message:
      'This exhibit must still be kept. It can be destroyed when its term has ended; see its custody page.',
  },
  'BW-DESTRUCTION-UNDER-WAY': {
    status: 409,
    message: 'The destruction of this exhibit was ordered already.',
  },
  'BW-CLOCK-DOUBTED': {
    status: 409,
    message:
      'The clock of this machine moved in a way that cannot be right, so nothing is destroyed. Set it right, then confirm the time in the settings.',
  },
  'BW-HOLD-RELEASED': { status: 409, message: 'This hold was released already.' },
  'BW-RETENTION-INVALID': {
    status: 422,
    message: 'The rules of retention cannot stand as they are. See the details.',
  },
  'BW-RECIPIENT-INVALID': {
    status: 422,
    message: 'The recipient is no age public key. It starts with age1 and is made by age-keygen.',
  },
  'BW-PACKAGE-INVALID': {
    status: 422,
    message: 'This is no package of a case: its manifest is missing or cannot be read.',
  },
  'BW-CASE-CLOSED': {
    status: 409,
    message: 'This case is closed. A new report about the group opens a new one.',
  },
  'BW-DECISION-INVALID': { status: 422, message: 'The decision cannot stand as it is. See the details.' },
  'BW-REPORT-NOT-RETRYABLE': {
    status: 409,
    message: 'This report is filed or under way; there is nothing to retry.',
  },
  'BW-DELIVERY-NOT-RETRYABLE': {
    status: 409,
    message: 'This delivery has arrived; there is nothing to retry.',
  },

  'BW-LEDGER-ALTERED': {
    status: 500,
    message: 'The ledger is not as it was written. Run: bin/breakwater ledger verify',
  },
  'BW-LEDGER-NOT-SIGNED-YET': {
    status: 409,
    message: 'The ledger has not signed this yet, which takes two seconds. Try again.',
  },
  'BW-LEDGER-SIZE-UNKNOWN': {
    status: 422,
    message:
      'The ledger has no signed checkpoint that reaches this size, or the sizes are the wrong way round.',
  },
  'BW-LEDGER-ERASURE-REFUSED': {
    status: 409,
    message:
      'Nothing was erased: one of the events is unknown, is not in the ledger yet, or is itself the record of an erasure.',
  },
  'BW-LEDGER-UNREADABLE': {
    status: 422,
    message: 'This is no key, checkpoint, proof, request or export of a ledger, or it was damaged.',
  },
  'BW-LEDGER-SIGNATURE-INVALID': {
    status: 422,
    message: 'A signature does not hold: what it stands under was altered after it was signed.',
  },
  'BW-LEDGER-OTHER-KEY': {
    status: 422,
    message: 'This was signed by another key than the one that is trusted here.',
  },
  'BW-LEDGER-PROOF-INVALID': { status: 422, message: 'The proof does not hold.' },
  'BW-LEDGER-ROLLED-BACK': {
    status: 409,
    message: 'The ledger has fewer events than were seen before: it was rolled back.',
  },
  'BW-LEDGER-FORKED': {
    status: 409,
    message: 'The ledger does not go on from what was seen before: its history was rewritten.',
  },
  'BW-LEDGER-WITNESS-BEHIND': {
    status: 409,
    message: 'The proof does not begin where this witness last signed. Ask for one that does.',
  },

  'BW-UNSCANNED-EMPTY': { status: 422, message: 'The file has no bytes.' },
  'BW-UNSCANNED-TOO-LARGE': { status: 413, message: 'The file is larger than the limit.' },
  'BW-UNSCANNED-UNRECOGNIZED-FORMAT': {
    status: 415,
    message: 'The bytes are not a raster picture of a known format. SVG is not one.',
  },
  'BW-UNSCANNED-UNSUPPORTED-FORMAT': {
    status: 415,
    message: 'The picture is of a format that is not decoded yet.',
  },
  'BW-UNSCANNED-TRUNCATED': { status: 422, message: 'The picture ends before its data does. Send it again.' },
  'BW-UNSCANNED-CORRUPT': { status: 422, message: 'The picture is damaged and cannot be decoded.' },
  'BW-UNSCANNED-TOO-MANY-PIXELS': { status: 413, message: 'The picture has more pixels than the limit.' },
  'BW-UNSCANNED-ZERO-DIMENSION': {
    status: 422,
    message: 'The picture claims to have no width or no height.',
  },
  'BW-UNSCANNED-TIMEOUT': { status: 422, message: 'Decoding the picture took longer than the limit.' },
  'BW-UNSCANNED-OUT-OF-MEMORY': {
    status: 422,
    message: 'Decoding the picture took more memory than the limit.',
  },
  'BW-UNSCANNED-DECODER-CRASHED': { status: 422, message: 'The picture made the confined decoder fail.' },
  'BW-UNSCANNED-DECODER-UNAVAILABLE': {
    status: 503,
    message: 'The confined decoder cannot be started. Run: bin/breakwater doctor',
  },
  'BW-UNSCANNED-LOW-QUALITY': {
    status: 422,
    message: 'The picture has too little detail for its perceptual hash to be trusted.',
  },
  'BW-UNSCANNED-FIRST-FRAME-ONLY': {
    status: 422,
    message: 'Only the first frame or page was compared; what follows it was not.',
  },

  'BW-START-PORT-IN-USE': { status: 500, message: 'The port is in use. Choose another with --port.' },
  'BW-START-FOLDER-UNWRITABLE': {
    status: 500,
    message: 'The data folder cannot be written. Choose another with --data.',
  },
  'BW-START-DISK-FULL': { status: 500, message: 'The disk is full. Free some space and start again.' },
  'BW-START-ALREADY-RUNNING': { status: 500, message: 'Breakwater is running on this data folder already.' },
  'BW-START-DATABASE-NEWER': {
    status: 500,
    message:
      'The database was written by a newer version of Breakwater. Update Breakwater, then start again.',
  },
  'BW-START-DATABASE': { status: 500, message: 'The database could not be started or reached.' },
  'BW-START-CONFIG': { status: 500, message: 'A setting is not valid.' },
  'BW-COMMAND-INVALID': { status: 500, message: 'The command line is not valid. See --help.' },
  'BW-NOT-RUNNING': { status: 500, message: 'Breakwater is not running on this data folder.' },
  'BW-FILE-UNREADABLE': { status: 500, message: 'The file cannot be read.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof table;
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = table;

export interface ProblemDetail {
  /** Dotted path of the place at fault; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

interface CodedErrorOptions {
  /** Replaces the table's sentence where the place knows better; still for a person, still without secrets. */
  readonly message?: string;
  readonly details?: readonly ProblemDetail[];
  readonly cause?: unknown;
}

/** An error that a person may read: a code of the table, its sentence, and the places at fault. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: readonly ProblemDetail[];

  constructor(code: ErrorCode, options: CodedErrorOptions = {}) {
    super(options.message ?? table[code].message, { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.status = table[code].status;
    this.details = options.details ?? [];
  }
}

const UNSCANNED_PREFIX = 'BW-UNSCANNED-';

/** The coded sentence for a reason why something is unscanned, such as `truncated`. */
export function unscannedProblem(reason: string): { code: ErrorCode; message: string } {
  const code = `${UNSCANNED_PREFIX}${reason.toUpperCase()}`;
  if (!Object.hasOwn(table, code))
    throw new Error(`no error code stands for the unscanned reason "${reason}"`);
  return { code: code as ErrorCode, message: table[code as ErrorCode].message };
}
