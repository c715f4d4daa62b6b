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
  'BW-INSECURE-CONNECTION': {
    status: 403,
    message:
      'Signing in from another machine needs HTTPS. Put a proxy with TLS in front and set BREAKWATER_PUBLIC_URL.',
  },
  'BW-SESSION-REVOKED': {
    status: 401,
    message:
      'This session was ended, because its token was used a second time or in another browser. Sign in again, and tell the person who looks after Breakwater unless you know why.',
  },
  'BW-STEP-UP-REQUIRED': { status: 403, message: 'Show first that it is you: this needs a recent sign-in.' },
  'BW-ENROLMENT-REQUIRED': {
    status: 403,
    message: 'Set up a passkey, or a password with an authenticator app, before you go on.',
  },
  'BW-INVITATION-INVALID': {
    status: 401,
    message: 'This invitation was used before or has expired. Ask whoever invited you for a new one.',
  },
  'BW-INVITATION-NEEDLESS': {
    status: 409,
    message: 'This person has been here already. An invitation is for somebody who has not.',
  },
  'BW-ACCOUNT-CLOSED': {
    status: 403,
    message: 'Your access was ended. Ask the person who looks after Breakwater.',
  },
  'BW-SIGN-IN-FAILED': {
    status: 403,
    message: 'Name, password and code do not belong together. Check them, and use a new code.',
  },
  'BW-SIGN-IN-THROTTLED': {
    status: 429,
    message:
      'Too many attempts have failed. Wait for the time in the Retry-After header, or use a passkey, which never has to wait.',
  },
  'BW-CODE-REPLAYED': {
    status: 403,
    message: 'This code was used before. Wait for the next one that the authenticator app shows.',
  },
  'BW-AUTHENTICATOR-CODE': {
    status: 422,
    message:
      'This is not the code that the authenticator app should show. Scan the picture again, or check the clock.',
  },
  'BW-PASSWORD-WEAK': { status: 422, message: 'This password is too weak.' },
  'BW-SIGN-IN-NAME-TAKEN': {
    status: 409,
    message: 'Somebody signs in with this name already. Choose another.',
  },
  'BW-RECOVERY-CODE-INVALID': {
    status: 403,
    message: 'This is not a recovery code, or it was used before. Each works once.',
  },
  'BW-LAST-WAY-IN': {
    status: 409,
    message: 'This is your last way in. Set up another one before you remove it.',
  },
  'BW-PASSKEY-ADDRESS': {
    status: 409,
    message:
      'Browsers make no passkeys at this address: it is a number, or has no TLS. Use http://localhost on this machine, or a name with https.',
  },
  'BW-PASSKEY-ORIGIN': {
    status: 403,
    message:
      'This passkey was asked for by another site. Somebody may be imitating Breakwater: check the address before you go on.',
  },
  'BW-PASSKEY-CHALLENGE': {
    status: 403,
    message: 'This answer of a passkey comes too late, a second time, or from elsewhere. Try again.',
  },
  'BW-PASSKEY-COUNTER': {
    status: 403,
    message: 'This passkey counts backwards: there may be a copy of it. Remove it and set up another.',
  },
  'BW-PASSKEY-UNKNOWN': { status: 403, message: 'This passkey does not belong here, or was removed.' },
  'BW-PASSKEY-INVALID': { status: 403, message: 'The answer of the passkey does not hold. Try again.' },
  'BW-OIDC-UNAVAILABLE': {
    status: 503,
    message:
      "Your organization's sign-in cannot be reached or is not set up. Try again, or sign in another way.",
  },
  'BW-OIDC-STATE': {
    status: 403,
    message:
      'This sign-in was not begun in this browser, took too long, or was finished before. Begin again.',
  },
  'BW-OIDC-REFUSED': { status: 403, message: "Your organization's sign-in refused. Begin again." },
  'BW-OIDC-NONCE': {
    status: 403,
    message: 'The answer of your organization belongs to another sign-in and was refused. Begin again.',
  },
  'BW-OIDC-SIGNATURE': {
    status: 403,
    message: "The answer is not signed with a key of your organization's sign-in and was refused.",
  },
  'BW-OIDC-ISSUER': {
    status: 403,
    message: "The answer was made by another provider than your organization's and was refused.",
  },
  'BW-OIDC-AUDIENCE': {
    status: 403,
    message: 'The answer of your organization was made for another program and was refused.',
  },
  'BW-OIDC-EXPIRED': {
    status: 403,
    message: 'The answer of your organization is too old and was refused. Begin again, and check the clocks.',
  },
  'BW-OIDC-INVALID': {
    status: 403,
    message: 'The answer of your organization does not hold and was refused.',
  },
  'BW-OIDC-NO-ROLE': {
    status: 403,
    message: 'Your organization has given you no role here. Ask the person who looks after Breakwater.',
  },
  'BW-OIDC-ANOTHER-PERSON': {
    status: 403,
    message: 'Your organization says that you are somebody else than who is signed in here.',
  },
  'BW-SERVICE-KEY-REQUIRED': {
    status: 401,
    message: 'Send a service key in the Authorization header: Bearer bwk_…',
  },
  'BW-SERVICE-KEY-INVALID': { status: 401, message: 'This service key is unknown, expired or revoked.' },
  'BW-FORBIDDEN': { status: 403, message: 'You do not have the permission that this needs.' },
  'BW-SERVICE-KEY-SCOPE': {
    status: 403,
    message: 'This service key lacks the scope that this needs. Make a key with it in the settings.',
  },
  'BW-CROSS-ORIGIN': { status: 403, message: 'This request came from another site and was refused.' },

  'BW-OWN-ROLES': { status: 403, message: 'Nobody gives themselves a role. Ask another administrator.' },
  'BW-LAST-ADMINISTRATOR': {
    status: 409,
    message: 'This is the last active administrator. Make another one first.',
  },
  'BW-PERSON-UNFIT': {
    status: 422,
    message:
      'This person cannot take that: they are deactivated, lack the role, or may not know of the case.',
  },
  'BW-RESTRICTION-UNKEPT': {
    status: 422,
    message: 'Name at least one active lead who may see the case, or nobody could ever open it up again.',
  },
  'BW-APPROVAL-WAITING': {
    status: 409,
    message: 'The same is waiting for a second signature already. Withdraw that request first.',
  },
  'BW-APPROVAL-OWN': {
    status: 403,
    message: 'A second signature is given by somebody else than who asked, or whom it is about.',
  },
  'BW-APPROVAL-CONCLUDED': {
    status: 409,
    message: 'This request was approved, refused, withdrawn or has expired.',
  },
  'BW-APPROVAL-EXPIRED': { status: 409, message: 'This request has expired. Ask again.' },
  'BW-APPROVAL-STALE': {
    status: 409,
    message: 'What was asked for no longer fits how things are now. Withdraw it and ask again.',
  },
  'BW-RULE-FIXED': { status: 409, message: 'This always needs two people and cannot be switched off.' },
  'BW-SHARED-LIST-NEEDS-PERSON': {
    status: 403,
    message: 'This list is shared. Only a person adds to it, with the second signature of another.',
  },
  'BW-SERVICE-KEY-ENDED': {
    status: 409,
    message: 'This key was revoked, has expired or was replaced already. Make a new one.',
  },
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
    message: 'It cannot be shown, because it could not be decoded safely.',
  },
  'BW-EXHIBIT-CORRUPT': {
    status: 500,
    message: 'The sealed exhibit cannot be opened: it is missing or was altered. Tell the operator at once.',
  },
  'BW-EXHIBIT-TOO-LARGE': {
    status: 413,
    message: 'The file is larger than the vault takes. Nothing was stored; send a smaller one.',
  },
  'BW-VAULT-LOCKED': {
    status: 503,
    message:
      'The vault is locked here, so no exhibit can be opened. The operator unlocks it, or this is done where the identity is. See: bin/breakwater doctor',
  },
  'BW-VAULT-WRONG-IDENTITY': {
    status: 503,
    message:
      'The exhibit is sealed to another identity than the one that is unlocked here. The operator must add the right one. See: bin/breakwater doctor',
  },
  'BW-VAULT-UNLOCK-FAILED': { status: 500, message: 'The vault could not be unlocked.' },
  'BW-VAULT-KEEPER-FAILED': {
    status: 503,
    message: 'The process that opens exhibits ended in the middle of this. Try again.',
  },
  'BW-VAULT-STORE-UNAVAILABLE': {
    status: 503,
    message: 'The store of the exhibits cannot be reached, or refuses us. Nothing was stored; try again.',
  },
  'BW-VAULT-OBJECT-LOCKED': {
    status: 409,
    message: 'The store keeps this object from being deleted until its lock runs out.',
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
  'BW-EXPORT-LAPSED': {
    status: 410,
    message: 'The package of this export can no longer be fetched. Order the export again.',
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
    message: 'The bytes are neither a raster picture nor a video of a known format. SVG is none.',
  },
  'BW-UNSCANNED-UNSUPPORTED-FORMAT': {
    status: 415,
    message: 'The picture or video is of a format that is not decoded.',
  },
  'BW-UNSCANNED-TRUNCATED': {
    status: 422,
    message: 'The picture or video ends before its data does. Send it again.',
  },
  'BW-UNSCANNED-CORRUPT': { status: 422, message: 'The picture or video is damaged and cannot be decoded.' },
  'BW-UNSCANNED-TOO-MANY-PIXELS': {
    status: 413,
    message: 'The picture or video has more pixels than the limit.',
  },
  'BW-UNSCANNED-ZERO-DIMENSION': {
    status: 422,
    message: 'The picture or video claims to have no width or no height.',
  },
  'BW-UNSCANNED-TIMEOUT': { status: 422, message: 'Decoding took longer than the limit.' },
  'BW-UNSCANNED-OUT-OF-MEMORY': {
    status: 422,
    message: 'Decoding took more memory than the limit.',
  },
  'BW-UNSCANNED-DECODER-CRASHED': {
    status: 422,
    message: 'The picture or video made the confined decoder fail.',
  },
  'BW-UNSCANNED-DECODER-UNAVAILABLE': {
    status: 503,
    message: 'The confined decoder cannot be started. Run: bin/breakwater doctor',
  },
  'BW-UNSCANNED-LOW-QUALITY': {
    status: 422,
    message: 'There is too little detail for a perceptual hash to be trusted.',
  },
  'BW-UNSCANNED-FIRST-FRAME-ONLY': {
    status: 422,
    message: 'Only the first frame or page was compared; what follows it was not.',
  },
  'BW-UNSCANNED-DAMAGED': {
    status: 422,
    message: 'The video is damaged: some of its frames could not be compared, or none of them surely.',
  },
  'BW-UNSCANNED-TOO-LONG': {
    status: 413,
    message: 'The video is longer than the limit; only its beginning was compared.',
  },
  'BW-UNSCANNED-FURTHER-STREAMS-UNHASHED': {
    status: 422,
    message: 'The file has more than one video in it, and only the first was compared.',
  },
  'BW-UNSCANNED-KEY-FRAMES-ONLY': {
    status: 422,
    message: 'Only some frames of the video were compared so far; those between them were not.',
  },
  'BW-UNSCANNED-DECODER-BUSY': {
    status: 503,
    message: 'Too many videos are waiting to be decoded. Send it again in a while.',
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
  /** When it may be tried again; goes into the Retry-After header. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that a person may read: a code of the table, its sentence, and the places at fault. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: readonly ProblemDetail[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: CodedErrorOptions = {}) {
    super(options.message ?? table[code].message, { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.status = table[code].status;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
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
