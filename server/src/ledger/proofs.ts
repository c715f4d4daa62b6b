import {
  inclusionProof,
  parseCheckpoint,
  parseNote,
  provenEvent,
  type ProvenEvent,
} from '@breakwater/ledger';
import { CodedError, type Queryable } from '../foundation/index.ts';
import { spelledEvent } from './canonical-event.ts';
import { latestCheckpoint } from './checkpoints.ts';
import { subtrees } from './tree.ts';

/**
 * Events with all that shows them to be in the ledger, up to its newest signed checkpoint, in the order in which they
 * were logged. An event whose content was erased is proven by its place alone.
 * @throws {CodedError} BW-NOT-FOUND for an id of no event, BW-LEDGER-NOT-SIGNED-YET for one of the last two seconds
 */
export async function proveEvents(db: Queryable, eventIds: readonly string[]): Promise<ProvenEvent[]> {
  if (eventIds.length === 0) return [];
  const checkpoint = await latestCheckpoint(db);
  const size = checkpoint === null ? 0 : parseCheckpoint(parseNote(checkpoint).text).size;
  const rows = await db
    .selectFrom('events')
    .leftJoin('ledger_leaves', 'ledger_leaves.event_id', 'events.id')
    .select([
      'ledger_leaves.index',
      'ledger_leaves.commitment',
      'events.id',
      'events.at',
      'events.type',
      'events.actor',
      'events.case_id',
      'events.payload',
      'events.salt',
    ])
    .where('events.id', 'in', [...eventIds])
    .orderBy('ledger_leaves.index')
    .execute();
  if (rows.length < new Set(eventIds).size) throw new CodedError('BW-NOT-FOUND');
  const hashes = subtrees(db, size);
  const proven: ProvenEvent[] = [];
  for (const { index, commitment, salt, ...event } of rows) {
    if (checkpoint === null || index === null || commitment === null || index >= size)
      throw new CodedError('BW-LEDGER-NOT-SIGNED-YET');
    proven.push(
      provenEvent({
        eventId: event.id,
        index,
        commitment,
        content: salt === null ? null : { salt, canonical: spelledEvent(event).canonical },
        inclusionProof: await inclusionProof(hashes, index, size),
        checkpoint,
      }),
    );
  }
  return proven;
}
