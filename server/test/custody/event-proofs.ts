import { ledgerEventProofs, type EventProofs } from '../../src/custody/index.ts';
import { forgetfulMemory, sequenceEvents } from '../../src/ledger/index.ts';
import type { Desk } from '../desk/index.ts';

/** Proofs of the desk's own ledger, whose sequencer runs when it is asked. */
export function proofsOf(desk: Desk): EventProofs {
  const { ledgerKey: signer, clock } = desk;
  const proofs = ledgerEventProofs(signer.verifier.verifierKey);
  return {
    ...proofs,
    prove: async (db, eventIds) => {
      await sequenceEvents(desk.db, { signer, clock, memory: forgetfulMemory() });
      return proofs.prove(db, eventIds);
    },
  };
}
