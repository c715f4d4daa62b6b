import { randomBytes, randomUUID } from 'node:crypto';
import type { Transaction } from '../foundation/index.ts';
import { requireStorableJson } from './storable-json.ts';
import type { Actor, EventPayloads, EventType } from './vocabulary.ts';

export type NewEvent = {
  [Type in EventType]: {
    readonly type: Type;
    readonly at: Date;
    readonly actor: Actor;
    readonly caseId?: string;
    readonly payload: EventPayloads[Type];
  };
}[EventType];

/**
 * Writes one business fact in the caller's transaction: it is in the ledger if, and only if, the state changes.
 * Returns the event's id.
 * @throws {TypeError} when the payload holds what would not come back as it was said, or the time is none
 */
export async function record(trx: Transaction, event: NewEvent): Promise<string> {
  requireStorableJson(event.payload, 'payload');
  if (Number.isNaN(event.at.getTime())) throw new TypeError('at is no time');
  const id = randomUUID();
  // No notification goes with it: those take turns at the commit of every transaction. The sequencer looks by itself.
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
  return id;
}
