export { PostgresStartError, type PostgresStartReason } from './errors.ts';
export {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  type PostgresConnection,
  startEmbeddedPostgres,
  type StartOptions,
} from './start.ts';
export { processRuns } from './process-state.ts';
