import { createIndex, type ExactIndex } from '@breakwater/hamming';
import type { Queryable } from '../foundation/index.ts';
import {
  allEntries,
  hashListsVersion,
  type FingerprintKind,
  type IndexableEntry,
} from '../hashlists/index.ts';
import type { Look } from './examination.ts';
import { VideoFrames, type VideoHit } from './video-frames.ts';

/** Largest distance that counts as a match where an entry does not say: the PDQ authors' recommendation. */
export const DEFAULT_PDQ_THRESHOLD = 31;

export interface Hit {
  readonly entryId: number;
  readonly fingerprint: FingerprintKind;
  /** Differing bits; 0 for exact fingerprints; for a video those of its nearest frame. */
  readonly distance: number;
  /** Of a match of a video's frame: when it is shown. */
  readonly frameSeconds?: number | null;
  /** Of a match with a known video: how much of what was screened is in it, in percent. */
  readonly queryPercent?: number;
  /** The same: how much of it is in what was screened. */
  readonly comparedPercent?: number;
}

/** All hash lists in memory, for exact fingerprints and for PDQ within each entry's threshold. */
export class MatchIndex {
  readonly version: number;
  /** Its payloads are places in `#entryIds`: they have 32 bits, and the database's numbers may have more. */
  readonly #pdq: ExactIndex = createIndex();
  readonly #entryIds: number[] = [];
  readonly #thresholds = new Map<number, number>();
  readonly #exact = new Map<string, number[]>();
  readonly #videos = new VideoFrames();
  #widest = DEFAULT_PDQ_THRESHOLD;

  constructor(version: number) {
    this.version = version;
  }

  add(entry: IndexableEntry): void {
    if (entry.fingerprint === 'pdq') {
      this.#pdq.add(entry.value, this.#entryIds.push(entry.id) - 1);
      if (entry.threshold !== null) {
        this.#thresholds.set(entry.id, entry.threshold);
        this.#widest = Math.max(this.#widest, entry.threshold);
      }
      return;
    }
    if (entry.fingerprint === 'vpdq') {
      if (entry.content === null) throw new Error(`entry ${entry.id} is of a video and has no frames`);
      this.#videos.add(entry.id, entry.content);
      return;
    }
    const key = exactKey(entry.fingerprint, entry.value.toString('hex'));
    this.#exact.set(key, [...(this.#exact.get(key) ?? []), entry.id]);
  }

  /** For an index that another has replaced: its memory is given back soon. What is being looked up still ends well. */
  async close(): Promise<void> {
    await this.#pdq.close();
    await this.#videos.close();
  }

  findExact(fingerprint: FingerprintKind, hex: string): Hit[] {
    const ids = this.#exact.get(exactKey(fingerprint, hex)) ?? [];
    return ids.map((entryId) => ({ entryId, fingerprint, distance: 0 }));
  }

  findPdq(hex: string): Hit[] {
    return this.#pdq
      .search(Buffer.from(hex, 'hex'), this.#widest)
      .map(({ payload, distance }) => ({
        entryId: this.#entryIds[payload] ?? 0,
        fingerprint: 'pdq' as const,
        distance,
      }))
      .filter(
        ({ entryId, distance }) => distance <= (this.#thresholds.get(entryId) ?? DEFAULT_PDQ_THRESHOLD),
      );
  }

  /** Known videos that a picture with these looks is a frame of. */
  findVideosWithPicture(looks: readonly Look[]): Hit[] {
    return this.#videos.ofPicture(looks).map(videoHit);
  }

  /** Known videos that one with these frames resembles. */
  async findVideos(frames: readonly Look[]): Promise<Hit[]> {
    return (await this.#videos.ofVideo(frames)).map(videoHit);
  }
}

function videoHit({ seconds, ...hit }: VideoHit): Hit {
  return { ...hit, fingerprint: 'vpdq', frameSeconds: seconds };
}

/** Keeps an index that is never older than the lists: each look-up first compares versions. */
export function createMatchIndexCache(): (db: Queryable) => Promise<MatchIndex> {
  let building: Promise<MatchIndex> | undefined;
  let builtFor = -1;
  return async (db) => {
    const version = await hashListsVersion(db);
    if (building === undefined || version !== builtFor) {
      builtFor = version;
      const replaced = building;
      const attempt = buildIndex(db, version);
      building = attempt;
      attempt.then(
        () => retire(replaced),
        () => {
          // The next look-up has to try again rather than be given this failure.
          if (building === attempt) building = undefined;
        },
      );
    }
    return building;
  };
}

async function retire(replaced: Promise<MatchIndex> | undefined): Promise<void> {
  try {
    await (await replaced)?.close();
  } catch {
    // It was never built, or its last merge failed; whoever waited for it has been told, and nobody uses it any more.
  }
}

async function buildIndex(db: Queryable, version: number): Promise<MatchIndex> {
  const index = new MatchIndex(version);
  for await (const entries of allEntries(db)) for (const entry of entries) index.add(entry);
  return index;
}

function exactKey(fingerprint: FingerprintKind, hex: string): string {
  return `${fingerprint}:${hex}`;
}
