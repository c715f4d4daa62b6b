import { HASH_BYTES } from '../commitment.ts';
import { joinBytes, parseDecimal } from '../bytes.ts';
import { LedgerError } from '../ledger-error.ts';
import { completeSubtrees, Frontier, type Subtree } from './frontier.ts';
import type { SubtreeHashes } from './proofs.ts';

/** Hashes across a full tile of C2SP tlog-tiles, which is a complete subtree of height 8. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MOST_LEVELS = 64;

/** A tile: its level, its index in the level, and how many hashes (or entries) wide it is, 256 when full. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** The path of a tile, such as `tile/0/x001/x234/067` or `tile/entries/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`${groups.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile that a path names. @throws {LedgerError} tile-malformed for any other spelling */
export function parseTilePath(path: string): Tile {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*)([0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  const malformed = new LedgerError('tile-malformed', 'This is no path of a tile.');
  if (match === null || path.length > 60) throw malformed;
  const level = match[1] === 'entries' ? 'entries' : parseDecimal(match[1] ?? '');
  const index = Number(`${(match[2] ?? '').replaceAll(/[x/]/g, '')}${match[3]}`);
  const width = match[4] === undefined ? TILE_WIDTH : parseDecimal(match[4]);
  if (level === null || width === null || !Number.isSafeInteger(index)) throw malformed;
  const tile: Tile = { level, index, width };
  const isInRange = (level === 'entries' || level < MOST_LEVELS) && width > 0 && width <= TILE_WIDTH;
  if (!isInRange || tilePath(tile) !== path) throw malformed;
  return tile;
}

/** How wide a tile is in a tree of `size` leaves; 0 when the tree does not reach it. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Takes the hashes of a tile apart. @throws {LedgerError} tile-malformed when it is not `width` hashes long */
export function hashesOfTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_BYTES)
    throw new LedgerError('tile-malformed', `A tile of ${width} hashes has ${bytes.length} bytes.`);
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Reads the hashes of a tile, as wide as asked for. */
export type TileReader = (tile: Tile & { readonly level: number }) => Promise<Uint8Array>;

/** The hashes of the complete subtrees of a tree of `size` leaves, computed from its tiles, each read once. */
export function subtreesFromTiles(read: TileReader, size: number): SubtreeHashes {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  return async ({ level, index }: Subtree) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const span = 2 ** (level % TILE_HEIGHT);
    const first = index * span;
    const tile = { level: tileLevel, index: Math.floor(first / TILE_WIDTH) };
    const width = tileWidth(tileLevel, tile.index, size);
    const key = `${tileLevel}/${tile.index}`;
    const reading = tiles.get(key) ?? read({ ...tile, width }).then((bytes) => hashesOfTile(bytes, width));
    tiles.set(key, reading);
    const at = first % TILE_WIDTH;
    const hashes = (await reading).slice(at, at + span);
    if (hashes.length !== span) throw new RangeError(`a tree of ${size} leaves has no such subtree`);
    return rootOfComplete(hashes);
  };
}

/** The right edge of the tree of `size` leaves, from its tiles. */
export async function frontierFromTiles(read: TileReader, size: number): Promise<Frontier> {
  const hashes = subtreesFromTiles(read, size);
  const roots: Uint8Array[] = [];
  for (const subtree of completeSubtrees(0, size)) roots.push(await hashes(subtree));
  return new Frontier(size, roots);
}

/** The root of the tree of `size` leaves, from its tiles. */
export async function rootFromTiles(read: TileReader, size: number): Promise<Uint8Array> {
  return (await frontierFromTiles(read, size)).root();
}

/** The root over a power of two of hashes that stand side by side. */
export function rootOfComplete(hashes: readonly Uint8Array[]): Uint8Array {
  const frontier = new Frontier();
  for (const hash of hashes) frontier.append(hash);
  return frontier.root();
}

/** An entry bundle: entries one after another, each behind its length in two bytes, big-endian. */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return joinBytes(
    entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new RangeError('an entry is too long for a bundle');
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** Takes an entry bundle apart. @throws {LedgerError} tile-malformed when it ends early or holds too many */
export function parseEntryBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    const start = at + 2;
    if (high === undefined || low === undefined || start + high * 256 + low > bytes.length)
      throw new LedgerError('tile-malformed', 'The entry bundle ends within an entry.');
    at = start + high * 256 + low;
    entries.push(bytes.subarray(start, at));
    if (entries.length > TILE_WIDTH)
      throw new LedgerError('tile-malformed', 'The entry bundle holds more than a full tile.');
  }
  return entries;
}
