/** The ledger, in the formats of C2SP where there is one. */
import { z } from 'zod';
import { id } from './shapes.ts';

const base64 = z.string().describe('Standard Base64 with padding.');
const size = z.number().int().describe('A number of events, as in a checkpoint.');

export const ledgerKey = z
  .object({
    origin: z.string().describe('Name of the log, the first line of its checkpoints.'),
    verifierKey: z.string().describe('The key that checkpoints verify with, as C2SP signed-note spells it.'),
  })
  .meta({ id: 'LedgerKey' });

export const consistencyQuery = z.strictObject({
  from: z.coerce.number().int().min(0).describe('Size of the older tree.'),
  to: z.coerce
    .number()
    .int()
    .min(0)
    .describe('Size of the newer tree, no larger than that of the newest checkpoint.'),
});

export const ledgerConsistency = z
  .object({ from: size, to: size, proof: z.array(base64).describe('RFC 6962 section 2.1.2.') })
  .meta({ id: 'LedgerConsistency' });

export const provenEvent = z
  .object({
    eventId: id,
    index: z.number().int().describe('Place in the log, 0 for the first.'),
    commitment: base64.describe('The salted hash that the leaf holds.'),
    content: z
      .object({ salt: base64, canonical: z.string().describe('The event as RFC 8785 spells it.') })
      .nullable()
      .describe('Null once what the event said was erased.'),
    inclusionProof: z.array(base64).describe('RFC 6962 section 2.1.1, from the sibling of the leaf up.'),
    checkpoint: z.string().describe('The signed checkpoint that the proof leads to.'),
  })
  .meta({ id: 'ProvenEvent' });

export type LedgerKey = z.infer<typeof ledgerKey>;
export type LedgerConsistency = z.infer<typeof ledgerConsistency>;
