export { record, type NewEvent } from './record.ts';
export { startSequencer } from './sequencer.ts';
export { verifyLedger } from './verify.ts';
export type { Actor, EventPayloads, EventType } from './vocabulary.ts';
