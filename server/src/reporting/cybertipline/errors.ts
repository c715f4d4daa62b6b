import { responseCodes } from './response-codes.ts';

export type Operation = 'status' | 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

export type FailureKind =
  /** The credentials were refused. */
  | 'authentication'
  /** The credentials are good, but not for this. */
  | 'permission'
  /** The document or the request was refused: sending it again unchanged is of no use. */
  | 'invalid'
  /** No such report or file: never opened, lapsed, or another's. */
  | 'not-found'
  | 'already-finished'
  | 'already-retracted'
  /** The server says that it failed. */
  | 'server'
  /** No answer came: no connection, a broken one, or the time ran out. */
  | 'network'
  /** An answer came that the documentation does not provide for. */
  | 'unintelligible'
  /** The server holds other bytes than were sent. The damaged file stays in the report: retract, begin again. */
  | 'hash-mismatch';

export interface Failure {
  readonly operation: Operation;
  readonly kind: FailureKind;
  readonly inDoubt: boolean;
  readonly responseCode?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
  /** What the server said of it, which may quote the document. */
  readonly description?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Why a call to the CyberTipline did not succeed. Neither the message nor any enumerable field holds credentials
 * or a word of the document, so it may be logged as it is.
 */
export class CyberTiplineError extends Error {
  override readonly name = 'CyberTiplineError';
  readonly operation: Operation;
  readonly kind: FailureKind;
  /** The server's own code, when it answered with one. */
  readonly responseCode: number | undefined;
  readonly httpStatus: number | undefined;
  /** What NCMEC asks for when one needs its help. */
  readonly requestId: string | undefined;
  /** Whether the same call may succeed later. When `inDoubt`, settle the doubt first. */
  readonly retryable: boolean;
  /** Whether the call may have been carried out all the same. */
  readonly inDoubt: boolean;
  readonly #description: string | undefined;

  constructor(failure: Failure) {
    super(sentence(failure), failure.cause === undefined ? undefined : { cause: failure.cause });
    this.operation = failure.operation;
    this.kind = failure.kind;
    this.responseCode = failure.responseCode;
    this.httpStatus = failure.httpStatus;
    this.requestId = failure.requestId;
    this.retryable = retryable.has(failure.kind);
    this.inDoubt = failure.inDoubt;
    this.#description = failure.description;
  }

  /** What the server said. It may quote the document: keep it with the report, out of logs and messages. */
  serverDescription(): string | undefined {
    return this.#description;
  }
}

/**
 * What a non-zero response code means. The published list calls itself non-exhaustive, so an unlisted code is read
 * by its thousand.
 */
export function kindOfCode(code: number): FailureKind {
  const listed = kinds.get(code);
  if (listed !== undefined) return listed;
  switch (Math.floor(code / 1000)) {
    case 1:
      return 'server';
    case 2:
      return 'authentication';
    case 3:
      return 'permission';
    case 4:
    case 5:
      return 'invalid';
    default:
      return 'unintelligible';
  }
}

const kinds = new Map<number, FailureKind>([
  // No such address, which says nothing of the report.
  [responseCodes.resourceNotFound, 'invalid'],
  [responseCodes.reportDoesNotExist, 'not-found'],
  [responseCodes.fileDoesNotExist, 'not-found'],
  [responseCodes.alreadyRetracted, 'already-retracted'],
  [responseCodes.alreadyFinished, 'already-finished'],
]);

const retryable: ReadonlySet<FailureKind> = new Set(['server', 'network', 'unintelligible']);

const sentences: Readonly<Record<FailureKind, string>> = {
  authentication: 'the credentials were refused',
  permission: 'this account is not authorized to do it',
  invalid: 'the request was refused as invalid',
  'not-found': 'the report or file does not exist',
  'already-finished': 'the report is already finished',
  'already-retracted': 'the report is already retracted',
  server: 'the server failed',
  network: 'no answer came',
  unintelligible: 'the answer could not be understood',
  'hash-mismatch': 'the server received other bytes than were sent',
};

function sentence({ operation, kind, responseCode, httpStatus, requestId }: Failure): string {
  const particulars = [
    responseCode === undefined ? [] : `response code ${responseCode}`,
    httpStatus === undefined ? [] : `HTTP status ${httpStatus}`,
    requestId === undefined ? [] : `request ${requestId}`,
  ].flat();
  const suffix = particulars.length === 0 ? '' : ` (${particulars.join(', ')})`;
  return `CyberTipline ${operation}: ${sentences[kind]}${suffix}.`;
}
