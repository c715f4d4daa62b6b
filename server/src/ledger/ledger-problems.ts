import { LedgerError, type LedgerProblem } from '@breakwater/ledger';
import { CodedError, type ErrorCode } from '../foundation/index.ts';

const CODES: Readonly<Record<LedgerProblem, ErrorCode>> = {
  'key-malformed': 'BW-LEDGER-UNREADABLE',
  'note-malformed': 'BW-LEDGER-UNREADABLE',
  'checkpoint-malformed': 'BW-LEDGER-UNREADABLE',
  'proof-malformed': 'BW-LEDGER-UNREADABLE',
  'tile-malformed': 'BW-LEDGER-UNREADABLE',
  'export-malformed': 'BW-LEDGER-UNREADABLE',
  'request-malformed': 'BW-LEDGER-UNREADABLE',
  'signature-invalid': 'BW-LEDGER-SIGNATURE-INVALID',
  'signed-by-another-key': 'BW-LEDGER-OTHER-KEY',
  'proof-invalid': 'BW-LEDGER-PROOF-INVALID',
  'event-mismatch': 'BW-LEDGER-PROOF-INVALID',
  rollback: 'BW-LEDGER-ROLLED-BACK',
  fork: 'BW-LEDGER-FORKED',
  stale: 'BW-LEDGER-WITNESS-BEHIND',
};

/** What is wrong with a part of a log that somebody handed over, as a coded error; any other error as it is. */
export function codedLedgerError(error: unknown): unknown {
  if (!(error instanceof LedgerError)) return error;
  return new CodedError(CODES[error.problem], { message: error.message, cause: error });
}

/** Runs `work` and puts what is wrong with a part of a log into coded words. */
export function inCodedWords<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw codedLedgerError(error);
  }
}
