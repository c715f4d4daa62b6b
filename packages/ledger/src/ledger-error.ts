/** What can be wrong with something that somebody hands over as part of a log. */
export type LedgerProblem =
  | 'key-malformed'
  | 'note-malformed'
  | 'checkpoint-malformed'
  | 'signature-invalid'
  | 'signed-by-another-key'
  | 'proof-malformed'
  | 'proof-invalid'
  | 'tile-malformed'
  | 'export-malformed'
  | 'request-malformed'
  | 'event-mismatch'
  | 'rollback'
  | 'fork'
  | 'stale';

/** Something that was handed over as part of a log is not what it must be. The problem names it for programs. */
export class LedgerError extends Error {
  readonly problem: LedgerProblem;

  constructor(problem: LedgerProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LedgerError';
    this.problem = problem;
  }
}
