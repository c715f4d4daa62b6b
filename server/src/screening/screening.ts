import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import type { Queryable } from '../foundation/index.ts';
import { entriesById, type FingerprintKind } from '../hashlists/index.ts';
import { examine, type Examination, type Look } from './examination.ts';
import { createMatchIndexCache, type Hit, type MatchIndex } from './match-index.ts';
import { DEFAULT_MAX_VIDEO_BYTES, takeMedia, type Media } from './media.ts';
import { comparableLooks, shortcomingOf } from './shortcomings.ts';
import { createVideoScanner, type Effort } from './video-scanner.ts';

/** More would tell nobody more, and a list that matches everything must not stop the screening. */
const MAX_MATCHES = 100;

/** One entry of a hash list that a fingerprint lies on or near. */
export interface Match {
  readonly listId: string;
  readonly listSlug: string;
  readonly listName: string;
  readonly entryId: number;
  readonly externalId: string | null;
  readonly label: string | null;
  readonly fingerprint: FingerprintKind;
  readonly distance: number;
  /** Of the frame of a video that lies nearest: when it is shown. null for pictures and digests. */
  readonly frameSeconds: number | null;
  /** Of a match with a known video: how much of what was screened is in it, and of it in what was screened. */
  readonly queryPercent: number | null;
  readonly comparedPercent: number | null;
}

/** The outcome of a screening. What could not be scanned is never taken for clean. */
export type Verdict =
  | { readonly verdict: 'match'; readonly matches: readonly Match[] }
  | { readonly verdict: 'no-match' }
  | { readonly verdict: 'unscanned'; readonly reason: string };

export interface Screening {
  /**
   * Takes bytes in as they arrive: a video into a private file, which is the caller's to discard; anything else into memory.
   * @throws {CodedError} BW-BODY-TOO-LARGE beyond `memoryBytes`, or of a video beyond the limit for videos
   */
  take(source: AsyncIterable<Uint8Array>, limits: { readonly memoryBytes: number }): Promise<Media>;
  /** The same of what comes out of the vault, which was taken once and has no limit now. */
  hold(source: AsyncIterable<Uint8Array>): Promise<Media>;
  /** Computes fingerprints; looks nothing up. Of a long video, only `thorough` sees all. */
  examine(media: Media, effort?: Effort): Promise<Examination>;
  /** Looks fingerprints up in all hash lists as they are now. Writes nothing. */
  lookUp(db: Queryable, examination: Examination): Promise<Verdict>;
  /** What they match now, of something that was screened before: no outcome of its own, and not counted. */
  matchesOf(db: Queryable, examination: Examination): Promise<readonly Match[]>;
  /** Bytes that a video may have. */
  readonly maxVideoBytes: number;
  /** Gives up videos that are being examined, so that nobody has to wait for them at the end: those examinations reject. */
  stop(): void;
}

export function createScreening(options: {
  readonly decoder: ConfinedDecoder;
  /** Told of every outcome, for the counters: the only trace that a scan without a hit leaves. */
  readonly count: (verdict: Verdict) => void;
  /** Where videos lie while they are looked at; a folder of the system's for such things unless told. */
  readonly spoolFolder?: string;
  readonly maxVideoBytes?: number;
}): Screening {
  const { decoder, spoolFolder = join(tmpdir(), `breakwater-spool-${process.pid}`) } = options;
  const { maxVideoBytes = DEFAULT_MAX_VIDEO_BYTES } = options;
  const tools = { decoder, videos: createVideoScanner(), spoolFolder };
  const currentIndex = createMatchIndexCache();
  const matchesOf = async (db: Queryable, examination: Examination): Promise<readonly Match[]> =>
    nearest(await describe(db, await hitsOf(await currentIndex(db), examination)));
  return {
    maxVideoBytes,
    take: (source, { memoryBytes }) =>
      takeMedia(spoolFolder, source, { memoryBytes, videoBytes: maxVideoBytes }),
    hold: (source) => takeMedia(spoolFolder, source, { memoryBytes: Infinity, videoBytes: Infinity }),
    examine: (media, effort = 'prompt') => examine(tools, media, effort),
    async lookUp(db, examination) {
      const verdict = verdictOf(await matchesOf(db, examination), shortcomingOf(examination));
      options.count(verdict);
      return verdict;
    },
    matchesOf,
    stop: () => tools.videos.stop(),
  };
}

async function hitsOf(index: MatchIndex, examination: Examination): Promise<Hit[]> {
  const looks = comparableLooks(examination);
  const exact = [
    ...index.findExact('sha256', examination.sha256),
    ...index.findExact('sha1', examination.sha1),
    ...index.findExact('md5', examination.md5),
  ];
  const videos =
    examination.seen.kind === 'video' ? await index.findVideos(looks) : index.findVideosWithPicture(looks);
  return [...exact, ...(await nearestOfEach(index, looks)), ...videos];
}

/** Between so many searches whatever else the program has to do has its turn. */
const LOOKS_AT_A_TIME = 32;

/** Several looks of a picture, or frames of a video, may lie near one entry: it is one match, at the least distance. */
async function nearestOfEach(index: MatchIndex, looks: readonly Look[]): Promise<Hit[]> {
  const nearestHits = new Map<number, Hit>();
  for (const [position, { pdq, seconds = null }] of looks.entries()) {
    if (position % LOOKS_AT_A_TIME === LOOKS_AT_A_TIME - 1) await othersTurn();
    for (const hit of index.findPdq(pdq))
      if (hit.distance < (nearestHits.get(hit.entryId)?.distance ?? Infinity))
        nearestHits.set(hit.entryId, { ...hit, frameSeconds: seconds });
  }
  return [...nearestHits.values()].toSorted((a, b) => a.distance - b.distance);
}

/** An exact match stands even where no picture could be made of the bytes. */
function verdictOf(matches: readonly Match[], reason: string | null): Verdict {
  if (matches.length > 0) return { verdict: 'match', matches };
  return reason === null ? { verdict: 'no-match' } : { verdict: 'unscanned', reason };
}

/** The nearest, where there are too many to tell. */
function nearest(matches: readonly Match[]): readonly Match[] {
  if (matches.length <= MAX_MATCHES) return matches;
  return matches.toSorted((a, b) => a.distance - b.distance).slice(0, MAX_MATCHES);
}

async function describe(db: Queryable, hits: readonly Hit[]): Promise<Match[]> {
  const entries = await entriesById(
    db,
    hits.map((hit) => hit.entryId),
  );
  return hits.flatMap((hit) => {
    // An entry that was removed since the index was built is no match any more.
    const entry = entries.get(hit.entryId);
    if (entry === undefined) return [];
    return {
      listId: entry.list_id,
      listSlug: entry.slug,
      listName: entry.name,
      entryId: hit.entryId,
      externalId: entry.external_id,
      label: entry.label,
      fingerprint: hit.fingerprint,
      distance: hit.distance,
      frameSeconds: hit.frameSeconds ?? null,
      queryPercent: hit.queryPercent ?? null,
      comparedPercent: hit.comparedPercent ?? null,
    };
  });
}
