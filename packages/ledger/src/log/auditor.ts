import { equalBytes } from '../bytes.ts';
import { commit, HASH_BYTES } from '../commitment.ts';
import { LedgerError } from '../ledger-error.ts';
import { Frontier } from '../merkle/frontier.ts';
import { leafHash } from '../merkle/hash.ts';
import type { TreeHead } from '../merkle/proofs.ts';
import { TileBuilder, type FullTile } from '../merkle/tile-builder.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import type { Verifier } from '../note/keys.ts';
import { erasedBy, idOf } from './canonical-event.ts';

/** What a log holds, in the order in which it was written: a tile behind its last leaf, a checkpoint behind its tree. */
export type LogItem = LeafItem | TileItem | CheckpointItem;

export interface LeafItem {
  readonly kind: 'leaf';
  /** 0 for the first. */
  readonly index: number;
  /** Where it is known apart from the content. */
  readonly eventId: string | null;
  /** The salted hash that was logged; null where only the content is at hand. */
  readonly commitment: Uint8Array | null;
  /** Of an erased event only the commitment is left; of a missing one, nothing says why it is gone. */
  readonly content: EventContent | 'erased' | 'missing';
}

export interface EventContent {
  readonly salt: Uint8Array;
  readonly canonical: string;
}

export interface TileItem {
  readonly kind: 'tile';
  readonly tile: FullTile;
}

export interface CheckpointItem {
  readonly kind: 'checkpoint';
  /** As whoever keeps it says; the note decides. */
  readonly size: number;
  readonly note: string;
}

export type Verification = IntactLog | BrokenLog;

export interface IntactLog {
  readonly intact: true;
  readonly events: number;
  /** The root of the tree over all of them. */
  readonly head: Uint8Array;
  /** Events of which only the commitment is left, each of whose erasures is an event itself. */
  readonly erased: number;
  /** Checkpoints that were checked, and how many leaves the last of them covers. */
  readonly checkpoints: number;
  readonly signed: number;
}

export interface BrokenLog {
  readonly intact: false;
  /** The first leaf that does not fit, counted from 0; for a checkpoint, the first leaf that it may be about. */
  readonly index: number;
  readonly eventId: string | null;
  readonly problem: LogProblem;
}

export type LogProblem =
  | 'index-missing'
  | 'event-missing'
  | 'event-altered'
  | 'event-unlogged'
  | 'erasure-unrecorded'
  | 'leaf-altered'
  | 'tile-altered'
  | 'tile-missing'
  | 'checkpoint-unreadable'
  | 'checkpoint-by-another-key'
  | 'history-rewritten'
  | 'end-missing'
  | 'rolled-back';

export interface AuditOptions {
  /** The log's key; without it signatures of checkpoints are not checked, and checkpoints not at all. */
  readonly log: Verifier | null;
  /** A head that somebody kept elsewhere: the log must still begin with it. */
  readonly kept?: TreeHead | null;
  /** Whether every full tile must stand behind its leaves. */
  readonly tiles?: 'expected' | 'absent';
}

/**
 * Recomputes a log from its first leaf, and names the first thing that does not fit. Holds no more than the right edge
 * of the tree, and the ids of erased events whose erasure it has not come to yet.
 */
export class Auditor {
  readonly #options: AuditOptions;
  readonly #frontier = new Frontier();
  readonly #tiles = new TileBuilder();
  readonly #expected: FullTile[] = [];
  readonly #unexplained = new Map<string, number>();
  #erased = 0;
  #checkpoints = 0;
  #signed = 0;
  #broken: BrokenLog | null = null;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#compareKept();
  }

  /** Takes in what comes next. Once something does not fit, nothing more is looked at. */
  take(items: Iterable<LogItem>): BrokenLog | null {
    for (const item of items) {
      if (this.#broken !== null) break;
      if (item.kind === 'leaf') this.#takeLeaf(item);
      else if (item.kind === 'tile') this.#takeTile(item.tile);
      else this.#takeCheckpoint(item);
    }
    return this.#broken;
  }

  /** What the log is found to be, once all of it was taken in. */
  finish(): Verification {
    const { kept } = this.#options;
    const events = this.#frontier.size;
    this.#refuseMissingTile();
    const [unexplained] = this.#unexplained;
    if (unexplained !== undefined) this.#fail('erasure-unrecorded', unexplained[1], unexplained[0]);
    if (this.#signed > events) this.#fail('end-missing', events, null);
    if (kept != null && kept.size > events) this.#fail('rolled-back', events, null);
    if (this.#broken !== null) return this.#broken;
    return {
      intact: true,
      events,
      head: this.#frontier.root(),
      erased: this.#erased,
      checkpoints: this.#checkpoints,
      signed: this.#signed,
    };
  }

  #takeLeaf(leaf: LeafItem): void {
    this.#refuseMissingTile();
    const { content } = leaf;
    // A checkpoint stands behind the leaves that it covers; before them it would never be compared.
    if (this.#signed > this.#frontier.size)
      return this.#fail('checkpoint-unreadable', this.#frontier.size, null);
    if (leaf.index !== this.#frontier.size)
      return this.#fail('index-missing', this.#frontier.size, eventIdOf(leaf));
    if (content === 'missing') return this.#fail('event-missing', leaf.index, eventIdOf(leaf));
    const commitment = content === 'erased' ? leaf.commitment : commit(content.salt, content.canonical);
    if (commitment?.length !== HASH_BYTES) return this.#fail('event-missing', leaf.index, eventIdOf(leaf));
    if (leaf.commitment !== null && !equalBytes(commitment, leaf.commitment))
      return this.#fail('event-altered', leaf.index, eventIdOf(leaf));
    if (content === 'erased') this.#noteErased(leaf);
    else for (const id of erasedBy(content.canonical)) this.#unexplained.delete(id);
    const hash = leafHash(commitment);
    this.#frontier.append(hash);
    if (this.#options.tiles === 'expected') this.#expected.push(...this.#tiles.append(hash));
    this.#compareKept();
  }

  #noteErased(leaf: LeafItem): void {
    this.#erased += 1;
    this.#unexplained.set(leaf.eventId ?? '', leaf.index);
  }

  #takeTile(stored: FullTile): void {
    const computed = this.#expected.shift();
    if (computed === undefined || computed.level !== stored.level || computed.index !== stored.index)
      return this.#fail('tile-altered', this.#frontier.size, null);
    const first = computed.index * 256 ** (computed.level + 1);
    for (let at = 0; at < computed.hashes.length; at += HASH_BYTES) {
      const isSame = equalBytes(
        computed.hashes.subarray(at, at + HASH_BYTES),
        stored.hashes.subarray(at, at + HASH_BYTES),
      );
      const index = first + (at / HASH_BYTES) * 256 ** computed.level;
      if (!isSame) return this.#fail(computed.level === 0 ? 'leaf-altered' : 'tile-altered', index, null);
    }
    if (stored.hashes.length !== computed.hashes.length || !equalBytes(computed.root, stored.root))
      this.#fail('tile-altered', first, null);
  }

  #takeCheckpoint({ size, note }: CheckpointItem): void {
    this.#refuseMissingTile();
    const { log } = this.#options;
    if (log === null) return;
    try {
      const checkpoint = openCheckpoint(note, log);
      this.#checkpoints += 1;
      if (checkpoint.size !== size || size < this.#frontier.size || size < this.#signed)
        return this.#fail('checkpoint-unreadable', this.#signed, null);
      if (size === this.#frontier.size && !equalBytes(checkpoint.root, this.#frontier.root()))
        return this.#fail('history-rewritten', this.#signed, null);
      this.#signed = size;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      const isForeign = error.problem === 'signed-by-another-key';
      this.#fail(isForeign ? 'checkpoint-by-another-key' : 'checkpoint-unreadable', this.#signed, null);
    }
  }

  #refuseMissingTile(): void {
    const [tile] = this.#expected;
    if (tile !== undefined) this.#fail('tile-missing', tile.index * 256 ** (tile.level + 1), null);
  }

  #compareKept(): void {
    const { kept } = this.#options;
    if (kept == null || kept.size !== this.#frontier.size) return;
    if (!equalBytes(kept.root, this.#frontier.root())) this.#fail('history-rewritten', this.#signed, null);
  }

  #fail(problem: LogProblem, index: number, eventId: string | null): void {
    this.#broken ??= { intact: false, index, eventId, problem };
  }
}

/** Audits what comes in batches. @throws whatever reading them throws */
export async function auditLog(
  batches: AsyncIterable<readonly LogItem[]>,
  options: AuditOptions,
): Promise<Verification> {
  const auditor = new Auditor(options);
  for await (const batch of batches) {
    const broken = auditor.take(batch);
    if (broken !== null) return broken;
  }
  return auditor.finish();
}

/** The id of the event of a leaf; null when it cannot be told. */
function eventIdOf({ eventId, content }: LeafItem): string | null {
  return eventId ?? (typeof content === 'string' ? null : idOf(content.canonical));
}
