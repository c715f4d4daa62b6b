import type { Queryable } from '../../foundation/index.ts';

/** An event with what shows it to be in the ledger: RFC 6962 audit path, C2SP signed checkpoint. Base64 throughout. */
export interface EventProof {
  readonly eventId: string;
  readonly index: number;
  readonly commitment: string;
  readonly content: { readonly salt: string; readonly canonical: string } | null;
  readonly inclusionProof: readonly string[];
  readonly checkpoint: string;
}

/** Proves events out of the ledger, for whoever will not take the desk's word for them. */
export interface EventProofs {
  /** The verifier key of the ledger, as C2SP signed-note spells it. */
  readonly ledgerKey: string;
  /** The events in the order of the ledger, once a signed checkpoint covers them all. */
  prove(db: Queryable, eventIds: readonly string[]): Promise<readonly EventProof[]>;
}
