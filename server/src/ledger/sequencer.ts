import { setTimeout as pause } from 'node:timers/promises';
import {
  commit,
  LedgerError,
  parseCheckpoint,
  parseNote,
  signCheckpoint,
  TILE_WIDTH,
  type Signer,
} from '@breakwater/ledger';
import { sql } from 'kysely';
import type { Clock, Database, Logger, Transaction } from '../foundation/index.ts';
import { CodedError, isUnreachable } from '../foundation/index.ts';
import { spelledEvent } from './canonical-event.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import { latestCheckpoint } from './checkpoints.ts';
import { completeTiles, headAt, treeSize } from './tree.ts';

const SEQUENCER_LOCK = 0x62_77_6c_67;
const BATCH = 4000;

/** What the sequencer signs with. Without it events go into the tree, and a signature waits for one who has the key. */
export interface Signing {
  readonly signer: Signer;
  readonly clock: Clock;
  /** Where the newest checkpoint is kept apart from the database, so that one that was rolled back is not signed anew. */
  readonly memory: CheckpointMemory;
}

/**
 * Takes the committed events that have no place yet into the tree, in the order in which they came, and signs the tree's
 * new head. Returns how many. All of a batch is one transaction, and a lock lets one program at a time append: each event
 * gets one place, whenever this is cut short and however many call it.
 * @throws {CodedError} BW-LEDGER-ROLLED-BACK, BW-LEDGER-FORKED or BW-LEDGER-ALTERED rather than go on from another history than was signed
 */
export async function sequenceEvents(db: Database, signing: Signing | null = null): Promise<number> {
  let total = 0;
  while (await isBehind(db, signing)) {
    const { taken, note } = await db.transaction().execute((trx) => sequenceBatch(trx, signing));
    if (note !== null) await signing?.memory.keep(note);
    total += taken;
  }
  return total;
}

/** One look, so that a ledger to which nothing happens costs next to nothing. */
async function isBehind(db: Database, signing: Signing | null): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean; size: number; signed: number; tiles: number }>`
    SELECT EXISTS (SELECT FROM events_unsequenced JOIN events ON events.id = event_id) AS waiting,
      (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaves) AS size,
      (SELECT coalesce(max(size), 0) FROM ledger_checkpoints) AS signed,
      (SELECT coalesce(max(index) + 1, 0) FROM ledger_tiles WHERE level = 0) AS tiles`.execute(db);
  const [state] = rows;
  if (state === undefined) throw new Error('the database gave no answer');
  const isUnsigned =
    signing !== null && (state.size !== state.signed || signing.memory.size() > state.signed);
  return state.waiting || isUnsigned || state.tiles < Math.floor(state.size / TILE_WIDTH);
}

async function sequenceBatch(
  trx: Transaction,
  signing: Signing | null,
): Promise<{ taken: number; note: string | null }> {
  await sql`SELECT pg_advisory_xact_lock(${SEQUENCER_LOCK})`.execute(trx);
  const signed = await latestCheckpoint(trx);
  const size = await treeSize(trx);
  for (const note of [signed, signing?.memory.note() ?? null]) await requireGoesOn(trx, size, note);
  const taken = await appendLeaves(trx, size);
  const head = await completeTiles(trx);
  if (signing === null || head.size === sizeOf(signed)) return { taken, note: null };
  const at = signing.clock.now();
  const note = signCheckpoint(head, signing.signer, at);
  await trx.insertInto('ledger_checkpoints').values({ size: head.size, note, signed_at: at }).execute();
  return { taken, note };
}

/** A log must never sign, nor build upon, another history than it has signed (C2SP tlog-checkpoint). */
async function requireGoesOn(trx: Transaction, size: number, note: string | null): Promise<void> {
  if (note === null) return;
  const signed = parseCheckpoint(parseNote(note).text);
  if (signed.size > size) throw new CodedError('BW-LEDGER-ROLLED-BACK');
  const head = await headAt(trx, signed.size).catch((cause: unknown) => {
    throw cause instanceof LedgerError ? new CodedError('BW-LEDGER-ALTERED', { cause }) : cause;
  });
  if (Buffer.compare(head.root, signed.root) !== 0) throw new CodedError('BW-LEDGER-FORKED');
}

function sizeOf(note: string | null): number {
  return note === null ? 0 : parseCheckpoint(parseNote(note).text).size;
}

async function appendLeaves(trx: Transaction, first: number): Promise<number> {
  const waiting = await trx
    .selectFrom('events_unsequenced')
    .innerJoin('events', 'events.id', 'events_unsequenced.event_id')
    .select([
      'events_unsequenced.inserted',
      'events.id',
      'events.at',
      'events.type',
      'events.actor',
      'events.case_id',
      'events.payload',
      'events.salt',
    ])
    .orderBy('events_unsequenced.inserted')
    .limit(BATCH)
    .execute();
  if (waiting.length === 0) return 0;
  const ids = waiting.map(({ id }) => id);
  const leaves = waiting.map((event) =>
    // An event keeps its salt until it is in the tree.
    Buffer.from(commit(event.salt ?? Buffer.alloc(0), spelledEvent(event).canonical)),
  );
  await sql`INSERT INTO ledger_leaves (index, event_id, commitment)
    SELECT ${first}::bigint + place - 1, event_id, commitment
    FROM unnest(${ids}::uuid[], ${leaves}::bytea[]) WITH ORDINALITY AS leaf (event_id, commitment, place)`.execute(
    trx,
  );
  await sql`DELETE FROM events_unsequenced
    WHERE inserted = ANY (${waiting.map(({ inserted }) => inserted)}::bigint[])`.execute(trx);
  return waiting.length;
}

/** An event waits this long at the most, and the time that its batch takes: well within two seconds. */
const PAUSE_MS = 750;

/** Keeps sequencing and signing while the program runs. */
export function startSequencer(options: Signing & { readonly db: Database; readonly log: Logger }): {
  stop(): Promise<void>;
} {
  const { db, log } = options;
  const stopped = new AbortController();
  let trouble: string | null = null;
  const sequence = async (): Promise<void> => {
    try {
      await sequenceEvents(db, options);
      trouble = null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // It is tried more than once a second: the same trouble is told once.
      if (!isUnreachable(error) && message !== trouble)
        log.error({ error }, 'the ledger is not written on; events wait, and it will be tried again');
      trouble = message;
    }
  };
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      await sequence();
      // Rejects only when it is told to stop.
      await pause(PAUSE_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await sequence();
  })();
  return {
    stop: () => {
      stopped.abort();
      return loop;
    },
  };
}
