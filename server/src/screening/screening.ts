import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import type { Queryable } from '../foundation/index.ts';
import { entriesById, type FingerprintKind } from '../hashlists/index.ts';
import {
  examine,
  MIN_PDQ_QUALITY,
  NOT_WHOLLY_COMPARABLE,
  type Examination,
  type Look,
} from './examination.ts';
import { createMatchIndexCache, type Hit } from './match-index.ts';

/** With these, not all of a picture was compared. */
const PARTIAL: readonly string[] = ['first-frame-only', NOT_WHOLLY_COMPARABLE];

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
}

/** The outcome of a screening. What could not be scanned is never taken for clean. */
export type Verdict =
  | { readonly verdict: 'match'; readonly matches: readonly Match[] }
  | { readonly verdict: 'no-match' }
  | { readonly verdict: 'unscanned'; readonly reason: string };

export interface Screening {
  /** Computes fingerprints; looks nothing up. */
  examine(bytes: Uint8Array): Promise<Examination>;
  /** Looks fingerprints up in all hash lists as they are now. Writes nothing. */
  lookUp(db: Queryable, examination: Examination): Promise<Verdict>;
}

export function createScreening(options: {
  readonly decoder: ConfinedDecoder;
  /** Told of every outcome, for the counters: the only trace that a scan without a hit leaves. */
  readonly count: (verdict: Verdict) => void;
}): Screening {
  const currentIndex = createMatchIndexCache();
  return {
    examine: (bytes) => examine(options.decoder, bytes),
    async lookUp(db, examination) {
      const index = await currentIndex(db);
      const { picture } = examination;
      const looks = 'pdq' in picture ? picture.looks.filter((look) => look.quality >= MIN_PDQ_QUALITY) : [];
      const whole = 'pdq' in picture && !picture.warnings.some((warning) => PARTIAL.includes(warning));
      const hits = [
        ...index.findExact('sha256', examination.sha256),
        ...index.findExact('sha1', examination.sha1),
        ...index.findExact('md5', examination.md5),
        ...nearestOfEach(looks.flatMap((look) => index.findPdq(look.pdq))),
      ];
      const matches = await describe(db, hits);
      const verdict = verdictOf(matches, looks.length > 0 && whole ? null : unscannedReason(picture, looks));
      options.count(verdict);
      return verdict;
    },
  };
}

function unscannedReason(picture: Examination['picture'], comparable: readonly Look[]): string {
  if ('unscanned' in picture) return picture.unscanned;
  return comparable.length > 0 && picture.warnings.includes('first-frame-only')
    ? 'first-frame-only'
    : 'low-quality';
}

/** Several looks of a picture may lie near one entry: it is one match, at the least distance. */
function nearestOfEach(hits: readonly Hit[]): Hit[] {
  const nearestFirst = hits.toSorted((a, b) => a.distance - b.distance);
  return [...new Map(nearestFirst.toReversed().map((hit) => [hit.entryId, hit])).values()].toReversed();
}

/** An exact match stands even where no picture could be made of the bytes. */
function verdictOf(matches: readonly Match[], reason: string | null): Verdict {
  if (matches.length > 0) return { verdict: 'match', matches: nearest(matches) };
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
    };
  });
}
