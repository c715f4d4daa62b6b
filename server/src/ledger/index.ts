export {
  checkpointOf,
  consistency,
  keepCosignatures,
  latestCheckpoint,
  openLedgerKey,
  requireOwnLedger,
} from './checkpoints.ts';
export { checkpointFile, forgetfulMemory, type CheckpointMemory } from './checkpoint-memory.ts';
export { eraseEventContent } from './erase.ts';
export { exportLedger } from './export.ts';
export { codedLedgerError, inCodedWords } from './ledger-problems.ts';
export { proveEvents } from './proofs.ts';
export { record, type NewEvent } from './record.ts';
export { sequenceEvents, startSequencer, type Signing } from './sequencer.ts';
export { commitments, reaches, tileReader, treeSize } from './tree.ts';
export { verifyLedger } from './verify.ts';
export type { Actor, EventPayloads, EventType } from './vocabulary.ts';
