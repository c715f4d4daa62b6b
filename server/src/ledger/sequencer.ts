import { CHAIN_ORIGIN, commit, linkHash } from '@breakwater/ledger';
import { sql } from 'kysely';
import type { Database, Logger } from '../foundation/index.ts';
import { isUnreachable } from '../foundation/index.ts';
import { canonicalEvent, EVENTS_CHANNEL } from './record.ts';
import type pg from 'pg';

interface ChainTable {
  position: number;
  event_id: string;
  commitment: Buffer;
  hash: Buffer;
}

declare module '../foundation/database.ts' {
  interface Tables {
    ledger_chain: ChainTable;
    events_unsequenced: { event_id: string; inserted: number };
  }
}

const SEQUENCER_LOCK = 0x62_77_6c_67;
const BATCH = 500;

/**
 * Takes the committed events that have no position yet into the chain, oldest first. Returns how many.
 * Safe to call from several programs: a lock lets one at a time append.
 */
export async function sequenceEvents(db: Database): Promise<number> {
  let total = 0;
  for (;;) {
    const taken = await sequenceBatch(db);
    total += taken;
    if (taken < BATCH) return total;
  }
}

function sequenceBatch(db: Database): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${SEQUENCER_LOCK})`.execute(trx);
    const waiting = await trx
      .selectFrom('events_unsequenced')
      .innerJoin('events', 'events.id', 'events_unsequenced.event_id')
      .selectAll('events')
      .orderBy('events_unsequenced.inserted')
      .limit(BATCH)
      .execute();
    if (waiting.length === 0) return 0;
    const last = await trx
      .selectFrom('ledger_chain')
      .selectAll()
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();
    let head: Uint8Array = last?.hash ?? CHAIN_ORIGIN;
    let position = last?.position ?? 0;
    const links = waiting.map((event) => {
      const commitment = commit(event.salt, canonicalEvent(event));
      head = linkHash(head, commitment);
      position += 1;
      return { position, event_id: event.id, commitment: Buffer.from(commitment), hash: Buffer.from(head) };
    });
    await trx.insertInto('ledger_chain').values(links).execute();
    await trx
      .deleteFrom('events_unsequenced')
      .where(
        'event_id',
        'in',
        links.map((link) => link.event_id),
      )
      .execute();
    return links.length;
  });
}

/** Keeps sequencing while the program runs: within moments of a commit, and at least every two seconds. */
export function startSequencer(options: {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly log: Logger;
}): { stop(): Promise<void> } {
  const { db, pool, log } = options;
  const stopped = new AbortController();
  let wake: () => void = () => {};
  const loop = (async () => {
    let listener: pg.PoolClient | undefined;
    while (!stopped.signal.aborted) {
      try {
        listener ??= await listen(
          pool,
          () => wake(),
          () => (listener = undefined),
        );
        await sequenceEvents(db);
      } catch (error) {
        if (!isUnreachable(error)) log.error({ error }, 'sequencing failed; it will be tried again');
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopped.signal.aborted) wake();
      });
    }
    listener?.release(true);
    await sequenceEvents(db).catch((error: unknown) =>
      log.warn({ error }, 'the last events wait for the next start'),
    );
  })();
  return {
    stop: () => {
      stopped.abort();
      wake();
      return loop;
    },
  };
}

async function listen(pool: pg.Pool, onEvent: () => void, onLost: () => void): Promise<pg.PoolClient> {
  const client = await pool.connect();
  client.on('notification', onEvent);
  client.on('error', () => {
    client.release(true);
    onLost();
  });
  await client.query(`LISTEN ${EVENTS_CHANNEL}`);
  return client;
}
