import { setTimeout as pause } from 'node:timers/promises';
import type { ProvenEvent } from '@breakwater/ledger';
import { CodedError, type Queryable } from '../../foundation/index.ts';
import { proveEvents } from '../../ledger/index.ts';

/** Proves events out of the ledger, for whoever will not take the desk's word for them. */
export interface EventProofs {
  /** The verifier key of the ledger, as C2SP signed-note spells it. */
  readonly ledgerKey: string;
  /** The events in the order of the ledger, once a signed checkpoint covers them all. */
  prove(db: Queryable, eventIds: readonly string[]): Promise<readonly ProvenEvent[]>;
}

const PAUSE_MS = 250;
/** The sequencer takes two seconds at most; what takes longer than this does not come. */
const TRIES = 80;

/** Proofs of this installation's ledger. Waits for the sequencer to sign what was only just recorded. */
export function ledgerEventProofs(ledgerKey: string): EventProofs {
  return {
    ledgerKey,
    prove: async (db, eventIds) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await proveEvents(db, eventIds);
        } catch (error) {
          const unsigned = error instanceof CodedError && error.code === 'BW-LEDGER-NOT-SIGNED-YET';
          if (!unsigned || tries === TRIES) throw error;
          await pause(PAUSE_MS);
        }
      }
    },
  };
}
