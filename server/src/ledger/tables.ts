import type { Generated } from 'kysely';
import type { Actor } from './vocabulary.ts';

export interface EventsTable {
  id: string;
  at: Date;
  type: string;
  actor: Actor;
  case_id: string | null;
  /** Null once the content was erased; so is the salt then. */
  payload: unknown;
  salt: Buffer | null;
  inserted: Generated<number>;
}

interface LeavesTable {
  /** 0 for the first. */
  index: number;
  event_id: string;
  commitment: Buffer;
}

interface TilesTable {
  level: number;
  index: number;
  hashes: Buffer;
  root: Buffer;
}

interface CheckpointsTable {
  size: number;
  note: string;
  signed_at: Date;
}

interface CosignaturesTable {
  size: number;
  line: string;
  received_at: Date;
}

declare module '../foundation/database.ts' {
  interface Tables {
    events: EventsTable;
    events_unsequenced: { event_id: string; inserted: number };
    ledger_leaves: LeavesTable;
    ledger_tiles: TilesTable;
    ledger_checkpoints: CheckpointsTable;
    ledger_cosignatures: CosignaturesTable;
    /** What the tree took over; written no more. */
    ledger_chain: { position: number; event_id: string; commitment: Buffer; hash: Buffer };
  }
}
