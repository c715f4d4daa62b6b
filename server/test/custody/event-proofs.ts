import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import type { EventProof, EventProofs } from '../../src/custody/index.ts';
import type { Queryable } from '../../src/foundation/index.ts';

const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const ORIGIN = 'breakwater/test';

/**
 * Proofs from a tree over all events as they are, in the form that the ledger gives: the definition of RFC 6962 section
 * 2.1 word for word, and a note of C2SP signed-note.
 */
export function naiveEventProofs(): EventProofs {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const material = Buffer.concat([Buffer.of(1), raw]);
  const keyId = sha256(Buffer.from(`${ORIGIN}\n`), material).subarray(0, 4);
  return {
    ledgerKey: `${ORIGIN}+${keyId.toString('hex')}+${material.toString('base64')}`,
    prove: async (db, eventIds) => {
      const events = await committed(db);
      const leaves = events.map(({ commitment }) => sha256(Buffer.of(0), commitment));
      const text = `${ORIGIN}\n${leaves.length}\n${rootOf(leaves).toString('base64')}\n`;
      const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)]);
      const checkpoint = `${text}\n— ${ORIGIN} ${signature.toString('base64')}\n`;
      return events.flatMap((event, index): EventProof[] =>
        eventIds.includes(event.eventId)
          ? [
              {
                eventId: event.eventId,
                index,
                commitment: event.commitment.toString('base64'),
                content: { salt: event.salt.toString('base64'), canonical: event.canonical },
                inclusionProof: pathOf(leaves, index).map((hash) => hash.toString('base64')),
                checkpoint,
              },
            ]
          : [],
      );
    },
  };
}

async function committed(db: Queryable) {
  const rows = await db.selectFrom('events').selectAll().orderBy('inserted').execute();
  return rows.map((row) => {
    const canonical = canonicalJson({
      id: row.id,
      at: row.at.toISOString(),
      type: row.type,
      actor: row.actor,
      caseId: row.case_id,
      payload: row.payload,
    });
    const commitment = sha256(Buffer.of(0), row.salt, Buffer.from(canonical));
    return { eventId: row.id, salt: row.salt, canonical, commitment };
  });
}

function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const k = split(leaves.length);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function pathOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...pathOf(leaves.slice(0, k), index), rootOf(leaves.slice(k))]
    : [...pathOf(leaves.slice(k), index - k), rootOf(leaves.slice(0, k))];
}
