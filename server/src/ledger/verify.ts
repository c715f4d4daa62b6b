import { auditLog, type AuditOptions, type Verification } from '@breakwater/ledger';
import { sql } from 'kysely';
import { CodedError, type Database, type Queryable } from '../foundation/index.ts';
import { sequenceEvents } from './sequencer.ts';
import { storedLog } from './stored-log.ts';

/**
 * Takes in what still waits, then recomputes the whole ledger from the events as they are now, holds it against its own
 * tiles and signed checkpoints, and against a head that was kept elsewhere if there is one; names the first thing that
 * does not fit. An event that is in no place at all is found as well. Without the log's key, checkpoints are not checked.
 */
export async function verifyLedger(
  db: Database,
  options: Omit<AuditOptions, 'tiles'> = { log: null },
): Promise<Verification> {
  await sequenceWhatFits(db);
  // One snapshot, so that what is appended meanwhile is not taken for something that does not fit.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx): Promise<Verification> => {
      const verification = await auditLog(storedLog(trx), { ...options, tiles: 'expected' });
      if (!verification.intact) {
        const eventId = verification.eventId ?? (await eventAt(trx, verification.index));
        return { ...verification, eventId };
      }
      const unlogged = await trx
        .selectFrom('events')
        .leftJoin('ledger_leaves', 'ledger_leaves.event_id', 'events.id')
        .leftJoin('events_unsequenced', 'events_unsequenced.event_id', 'events.id')
        .where('ledger_leaves.event_id', 'is', null)
        .where('events_unsequenced.event_id', 'is', null)
        .select('events.id')
        .orderBy('events.inserted')
        .limit(1)
        .executeTakeFirst();
      if (unlogged !== undefined)
        return { intact: false, index: verification.events, eventId: unlogged.id, problem: 'event-unlogged' };
      return (await brokenChain(trx)) ?? verification;
    });
}

/** A ledger that is not as it was signed is not written on any more; what waits then goes on waiting. */
async function sequenceWhatFits(db: Database): Promise<void> {
  try {
    await sequenceEvents(db);
  } catch (error) {
    if (!(error instanceof CodedError && error.code.startsWith('BW-LEDGER-'))) throw error;
  }
}

async function eventAt(trx: Queryable, index: number): Promise<string | null> {
  const leaf = await trx
    .selectFrom('ledger_leaves')
    .select('event_id')
    .where('index', '=', index)
    .executeTakeFirst();
  return leaf?.event_id ?? null;
}

/** The first link of the former chain that does not fit: to what is before it, or to the leaf that took its place. */
async function brokenChain(trx: Queryable): Promise<Verification | null> {
  const { rows } = await sql<{ position: number; event_id: string }>`
    SELECT position, event_id FROM (
      SELECT link.*, leaf.commitment AS leaf, lag(link.hash, 1, decode(repeat('00', 32), 'hex')) OVER places AS previous,
        row_number() OVER places AS place
      FROM ledger_chain AS link LEFT JOIN ledger_leaves AS leaf
        ON leaf.index = link.position - 1 AND leaf.event_id = link.event_id
      WINDOW places AS (ORDER BY link.position)
    ) AS links
    WHERE position <> place OR leaf IS DISTINCT FROM commitment
      OR hash <> sha256('\\x01'::bytea || previous || commitment)
    ORDER BY position LIMIT 1`.execute(trx);
  const [link] = rows;
  if (link === undefined) return null;
  return { intact: false, index: link.position - 1, eventId: link.event_id, problem: 'leaf-altered' };
}
