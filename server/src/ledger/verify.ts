import { verifyChain, type ChainLink, type Verification } from '@breakwater/ledger';
import type { Database } from '../foundation/index.ts';
import { canonicalEvent } from './record.ts';
import { sequenceEvents } from './sequencer.ts';

const BATCH = 2000;

/**
 * Takes in what still waits, then recomputes the whole chain from the events as they are now and names the first
 * that does not fit. An event that is in no position at all is found as well.
 */
export async function verifyLedger(db: Database): Promise<Verification> {
  await sequenceEvents(db);
  const verification = await verifyChain(links(db));
  if (!verification.intact) return verification;
  const stray = await db
    .selectFrom('events')
    .leftJoin('ledger_chain', 'ledger_chain.event_id', 'events.id')
    .leftJoin('events_unsequenced', 'events_unsequenced.event_id', 'events.id')
    .where('ledger_chain.event_id', 'is', null)
    .where('events_unsequenced.event_id', 'is', null)
    .select('events.id')
    .orderBy('events.inserted')
    .limit(1)
    .executeTakeFirst();
  if (stray === undefined) return verification;
  return { intact: false, position: verification.events + 1, eventId: stray.id, problem: 'position-missing' };
}

async function* links(db: Database): AsyncIterable<ChainLink> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('ledger_chain')
      .leftJoin('events', 'events.id', 'ledger_chain.event_id')
      .select([
        'ledger_chain.position',
        'ledger_chain.event_id',
        'ledger_chain.commitment',
        'ledger_chain.hash',
        'events.id',
        'events.at',
        'events.type',
        'events.actor',
        'events.case_id',
        'events.payload',
        'events.salt',
      ])
      .where('ledger_chain.position', '>', after)
      .orderBy('ledger_chain.position')
      .limit(BATCH)
      .execute();
    for (const { position, event_id, commitment, hash, ...event } of rows) {
      yield { position, eventId: event_id, commitment, hash, event: present(event) };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}

function present(event: { [Key in keyof Stored]: Stored[Key] | null }): ChainLink['event'] {
  if (event.id === null || event.salt === null) return null;
  return { salt: event.salt, canonical: spelled(event as Stored) };
}

/** What cannot be spelled at all, such as a time of infinity, was not recorded so: it stands for an altered event. */
function spelled(event: Stored): string {
  try {
    return canonicalEvent(event);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return '';
    throw error;
  }
}

type Stored = Parameters<typeof canonicalEvent>[0] & { salt: Buffer };
