export { type Clock, systemClock } from './clock.ts';
export {
  type Connection,
  type Database,
  type OpenDatabase,
  type Queryable,
  type Tables,
  type Transaction,
  isContention,
  isDiskFull,
  isUniqueViolation,
  isUnreachable,
  openDatabase,
} from './database.ts';
export { CodedError, type ErrorCode, type ProblemDetail, errorTable, unscannedProblem } from './errors.ts';
export {
  type EnqueueOptions,
  type JobContext,
  type JobHandlers,
  type Jobs,
  enqueue,
  troubledJobs,
} from './jobs.ts';
export { type Logger, createLog } from './log.ts';
export { canChangeHistory, ensureProgramRole, grantProgram } from './grants.ts';
export { isMigrated, migrate } from './migrations.ts';
export { decodeCursor, encodeCursor, toPage } from './paging.ts';
export { type Secrets, fingerprintOfSecret, openSecrets } from './secrets.ts';
export { type Metrics, createMetrics } from './metrics.ts';
export { type JobWorker, startJobs } from './job-worker.ts';
