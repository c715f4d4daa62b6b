import {
  leafHash,
  rootFromTiles,
  subtreesFromTiles,
  TILE_WIDTH,
  TileBuilder,
  tileWidth,
  type SubtreeHashes,
  type Tile,
  type TileReader,
  type TreeHead,
} from '@breakwater/ledger';
import { sql } from 'kysely';
import type { Queryable, Transaction } from '../foundation/index.ts';

/** Leaves that are read at once. */
const PAGE = 64 * TILE_WIDTH;

/** How many leaves there are. */
export async function treeSize(db: Queryable): Promise<number> {
  const last = await db
    .selectFrom('ledger_leaves')
    .select('index')
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? 0 : last.index + 1;
}

/** Stores every tile that the leaves fill and that is not there yet. Returns the head of the tree over all leaves. */
export async function completeTiles(trx: Transaction): Promise<TreeHead> {
  const { builder, from } = await resumedBuilder(trx);
  for (let next = from; ; ) {
    const leaves = await commitments(trx, next, next + PAGE);
    const full = leaves.flatMap((commitment) => builder.append(leafHash(commitment)));
    if (full.length > 0) {
      await sql`INSERT INTO ledger_tiles (level, index, hashes, root)
        SELECT * FROM unnest(${full.map(({ level }) => level)}::smallint[], ${full.map(({ index }) => index)}::bigint[],
          ${full.map(({ hashes }) => Buffer.from(hashes))}::bytea[], ${full.map(({ root }) => Buffer.from(root))}::bytea[])`.execute(
        trx,
      );
    }
    if (leaves.length < PAGE) return builder.head();
    next += PAGE;
  }
}

/** A builder that goes on behind the last full tile of the lowest level. */
async function resumedBuilder(trx: Transaction): Promise<{ builder: TileBuilder; from: number }> {
  const partials: Buffer[][] = [[]];
  let from = 0;
  for (let level = 0; ; level += 1) {
    const full = await fullTiles(trx, level);
    if (full === 0) return { builder: new TileBuilder(from, partials), from };
    if (level === 0) from = full * TILE_WIDTH;
    partials.push(await rootsOfTiles(trx, level, full - (full % TILE_WIDTH), full));
  }
}

async function fullTiles(db: Queryable, level: number): Promise<number> {
  const last = await db
    .selectFrom('ledger_tiles')
    .select('index')
    .where('level', '=', level)
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? 0 : last.index + 1;
}

/** The head that the tree had when it had `size` leaves, from what is stored now. */
export async function headAt(db: Queryable, size: number): Promise<TreeHead> {
  return { size, root: await rootFromTiles(tileReader(db), size) };
}

/** The bytes of a tile as wide as asked for, of a tree that reaches it: full ones as stored, partial ones made. */
export function tileReader(db: Queryable): TileReader {
  return async ({ level, index, width }) => {
    const start = index * TILE_WIDTH;
    if (width < TILE_WIDTH) {
      const hashes =
        level === 0
          ? (await commitments(db, start, start + width)).map(leafHash)
          : await rootsOfTiles(db, level - 1, start, start + width);
      return Buffer.concat(hashes);
    }
    const tile = await db
      .selectFrom('ledger_tiles')
      .select('hashes')
      .where('level', '=', level)
      .where('index', '=', index)
      .executeTakeFirst();
    return tile?.hashes ?? Buffer.alloc(0);
  };
}

/** The hashes of the complete subtrees of the tree of `size` leaves, for proofs. */
export function subtrees(db: Queryable, size: number): SubtreeHashes {
  return subtreesFromTiles(tileReader(db), size);
}

/** Whether the tree of `size` leaves has this tile, at least as wide. */
export function reaches({ level, index, width }: Tile, size: number): boolean {
  return tileWidth(level, index, size) >= width;
}

/** The salted hashes of the leaves `[start, end)`, as far as there are any. */
export async function commitments(db: Queryable, start: number, end: number): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('ledger_leaves')
    .select('commitment')
    .where('index', '>=', start)
    .where('index', '<', end)
    .orderBy('index')
    .execute();
  return rows.map(({ commitment }) => commitment);
}

async function rootsOfTiles(db: Queryable, level: number, start: number, end: number): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('ledger_tiles')
    .select('root')
    .where('level', '=', level)
    .where('index', '>=', start)
    .where('index', '<', end)
    .orderBy('index')
    .execute();
  return rows.map(({ root }) => root);
}
