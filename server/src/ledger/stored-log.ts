import type { LogItem } from '@breakwater/ledger';
import type { Queryable } from '../foundation/index.ts';
import { spelledEvent } from './canonical-event.ts';

const PAGE = 4096;
const TILE = 256;

export interface StoredLeaf {
  readonly index: number;
  readonly eventId: string;
  readonly commitment: Buffer;
  readonly content: { readonly salt: Buffer; readonly canonical: string } | 'erased' | 'missing';
}

/** The leaves `[0, end)` with their events as they are now, a page at a time. */
export async function* storedLeaves(
  db: Queryable,
  end = Number.MAX_SAFE_INTEGER,
): AsyncIterable<StoredLeaf[]> {
  for (let next = 0; ; ) {
    const rows = await db
      .selectFrom('ledger_leaves')
      .leftJoin('events', 'events.id', 'ledger_leaves.event_id')
      .select([
        'ledger_leaves.index',
        'ledger_leaves.event_id',
        'ledger_leaves.commitment',
        'events.id',
        'events.at',
        'events.type',
        'events.actor',
        'events.case_id',
        'events.payload',
        'events.salt',
      ])
      .where('ledger_leaves.index', '>=', next)
      .where('ledger_leaves.index', '<', Math.min(next + PAGE, end))
      .orderBy('ledger_leaves.index')
      .execute();
    yield rows.map(({ index, event_id, commitment, id, at, type, actor, salt, ...event }) => ({
      index,
      eventId: event_id,
      commitment,
      content:
        id === null || at === null || type === null || actor === null
          ? 'missing'
          : salt === null
            ? 'erased'
            : { salt, canonical: spelledEvent({ id, at, type, actor, ...event }).canonical },
    }));
    next += PAGE;
    if (rows.length === 0 && !(await leavesFrom(db, next, end))) return;
  }
}

/** The stored log as an auditor takes it: leaves, and behind them the tiles they fill and the checkpoints over them. */
export async function* storedLog(db: Queryable): AsyncIterable<LogItem[]> {
  let covered = 0;
  for await (const leaves of storedLeaves(db)) {
    const end = (leaves.at(-1)?.index ?? covered - 1) + 1;
    yield inOrder(leaves, await tilesFilledBy(db, covered, end), await checkpointsBetween(db, covered, end));
    covered = Math.max(covered, end);
  }
  yield await checkpointsBetween(db, covered, Number.MAX_SAFE_INTEGER);
}

type Placed = { readonly after: number; readonly item: LogItem };

function inOrder(
  leaves: readonly StoredLeaf[],
  tiles: readonly Placed[],
  checkpoints: readonly LogItem[],
): LogItem[] {
  const behind = Map.groupBy(
    [...tiles, ...checkpoints.map((item) => ({ after: item.kind === 'checkpoint' ? item.size : 0, item }))],
    ({ after }) => after,
  );
  return leaves.flatMap((leaf): LogItem[] => {
    const follow = behind.get(leaf.index + 1);
    const item = { kind: 'leaf', ...leaf } as const;
    return follow === undefined ? [item] : [item, ...follow.map((placed) => placed.item)];
  });
}

async function leavesFrom(db: Queryable, next: number, end: number): Promise<boolean> {
  const row = await db
    .selectFrom('ledger_leaves')
    .select('index')
    .where('index', '>=', next)
    .where('index', '<', end)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The tiles whose last leaf is among `[start, end)`, lower levels first. */
async function tilesFilledBy(db: Queryable, start: number, end: number): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (let level = 0, span = TILE; span <= end; level += 1, span *= TILE) {
    const rows = await db
      .selectFrom('ledger_tiles')
      .selectAll()
      .where('level', '=', level)
      .where('index', '>=', Math.floor(start / span))
      .where('index', '<', Math.floor(end / span))
      .orderBy('index')
      .execute();
    placed.push(
      ...rows.map((tile) => ({ after: (tile.index + 1) * span, item: { kind: 'tile', tile } as const })),
    );
  }
  return placed;
}

async function checkpointsBetween(db: Queryable, after: number, end: number): Promise<LogItem[]> {
  const rows = await db
    .selectFrom('ledger_checkpoints')
    .select(['size', 'note'])
    .where('size', '>', after)
    .where('size', '<=', end)
    .orderBy('size')
    .execute();
  return rows.map((row) => ({ kind: 'checkpoint', ...row }));
}
