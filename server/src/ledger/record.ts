import { randomBytes, randomUUID } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import { sql } from 'kysely';
import type { Generated } from 'kysely';
import type { Transaction } from '../foundation/index.ts';
import { requireStorableJson } from './storable-json.ts';
import type { Actor, EventPayloads, EventType } from './vocabulary.ts';

export interface EventsTable {
  id: string;
  at: Date;
  type: string;
  actor: Actor;
  case_id: string | null;
  payload: unknown;
  salt: Buffer;
  inserted: Generated<number>;
}

declare module '../foundation/database.ts' {
  interface Tables {
    events: EventsTable;
  }
}

export type NewEvent = {
  [Type in EventType]: {
    readonly type: Type;
    readonly at: Date;
    readonly actor: Actor;
    readonly caseId?: string;
    readonly payload: EventPayloads[Type];
  };
}[EventType];

/** The channel on which the sequencer hears that events were committed. */
export const EVENTS_CHANNEL = 'breakwater_events';

/**
 * Writes one business fact in the caller's transaction: it is in the ledger if, and only if, the state changes.
 * Returns the event's id.
 * @throws {TypeError} when the payload holds what would not come back as it was said, or the time is none
 */
export async function record(trx: Transaction, event: NewEvent): Promise<string> {
  requireStorableJson(event.payload, 'payload');
  if (Number.isNaN(event.at.getTime())) throw new TypeError('at is no time');
  const id = randomUUID();
  await trx
    .insertInto('events')
    .values({
      id,
      at: event.at,
      type: event.type,
      actor: JSON.stringify(event.actor) as never,
      case_id: event.caseId ?? null,
      payload: JSON.stringify(event.payload),
      salt: randomBytes(16),
    })
    .execute();
  await sql`SELECT pg_notify(${EVENTS_CHANNEL}, '')`.execute(trx);
  return id;
}

/** The canonical form that the ledger commits to: everything that was recorded but the salt. */
export function canonicalEvent(
  row: Pick<EventsTable, 'id' | 'at' | 'type' | 'actor' | 'case_id' | 'payload'>,
): string {
  return canonicalJson({
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    actor: row.actor,
    caseId: row.case_id,
    payload: row.payload,
  });
}
