import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { sql } from 'kysely';
import { CodedError, type Clock, type Queryable, type Transaction } from '../foundation/index.ts';
import { hashListsVersion } from '../hashlists/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Examination, Match, Media, Screening, Verdict } from '../screening/index.ts';
import type { SealedObject, Vault } from '../vault/index.ts';
import type { ExhibitOrigin, ExhibitsTable, SignalsTable } from './tables.ts';

/** Bytes that were examined and sealed, on their way to becoming an exhibit. */
export interface SealedMedia {
  readonly examination: Examination;
  readonly sealed: SealedObject;
}

/** Examines bytes and seals them: after this only the fingerprints are at hand, not the picture or the video. */
export async function sealMedia(
  deps: { readonly db: Queryable; readonly vault: Vault; readonly screening: Screening },
  media: Media,
): Promise<SealedMedia> {
  const examination = await deps.screening.examine(media);
  return { examination, sealed: await deps.vault.seal(deps.db, contentOf(media)) };
}

function contentOf(media: Media): Uint8Array | AsyncIterable<Uint8Array> {
  return media instanceof Uint8Array ? media : createReadStream(media.path);
}

/**
 * Opens an exhibit's original, has it worked on, and leaves nothing of it behind: a video lies in a private file meanwhile.
 * @throws {CodedError} BW-EXHIBIT-DESTROYED, BW-EXHIBIT-CORRUPT, BW-VAULT-LOCKED
 */
export async function withOriginal<Result>(
  deps: { readonly db: Queryable; readonly vault: Vault; readonly screening: Screening },
  exhibit: Pick<ExhibitsTable, 'object_id'>,
  work: (original: Media) => Promise<Result>,
): Promise<Result> {
  const original = await deps.screening.hold(await deps.vault.stream(deps.db, sealedObjectOf(exhibit)));
  try {
    return await work(original);
  } finally {
    if (!(original instanceof Uint8Array)) await original.discard();
  }
}

/** Makes sealed media an exhibit, whose verdict is pending until it is looked up. */
export async function addExhibit(
  deps: { readonly trx: Transaction; readonly vault: Vault; readonly clock: Clock },
  actor: Actor,
  exhibit: {
    readonly serviceId: string;
    readonly media: SealedMedia;
    readonly origin: ExhibitOrigin;
    /** Its place among those that came with it. */
    readonly ordinal: number;
    readonly originalName: string | null;
  },
): Promise<string> {
  const { trx, vault, clock } = deps;
  const { examination, sealed } = exhibit.media;
  const id = randomUUID();
  const objectId = await vault.enter(trx, sealed);
  await trx
    .insertInto('exhibits')
    .values({
      id,
      service_id: exhibit.serviceId,
      case_id: null,
      object_id: objectId,
      origin: exhibit.origin,
      ordinal: exhibit.ordinal,
      original_name: exhibit.originalName,
      bytes: examination.bytes,
      sha256: examination.sha256,
      sha1: examination.sha1,
      md5: examination.md5,
      ...seenColumns(examination),
      examinations: 1,
      lists_version: null,
      verdict: 'pending',
      sealed_at: clock.now(),
      destroyed_at: null,
    })
    .execute();
  await record(trx, {
    type: 'exhibit.sealed',
    at: clock.now(),
    actor,
    payload: { exhibitId: id, objectId, sha256: examination.sha256, bytes: examination.bytes },
  });
  return id;
}

/** What was seen of it, as the exhibit holds it. */
function seenColumns({
  seen,
}: Examination): Pick<
  ExhibitsTable,
  | 'media_kind'
  | 'decoded_as'
  | 'width'
  | 'height'
  | 'pdq'
  | 'quality'
  | 'looks'
  | 'frames'
  | 'seconds'
  | 'warnings'
  | 'unscanned_reason'
> {
  const decoded = seen.kind === 'nothing' ? null : seen;
  const picture = seen.kind === 'picture' ? seen : null;
  return {
    media_kind: seen.kind === 'nothing' ? seen.media : seen.kind,
    decoded_as: decoded?.decodedAs ?? null,
    width: decoded?.width ?? null,
    height: decoded?.height ?? null,
    pdq: picture?.pdq ?? null,
    quality: picture?.quality ?? null,
    looks: JSON.stringify(decoded?.looks ?? []) as never,
    frames: decoded?.frames ?? null,
    seconds: seen.kind === 'video' ? seen.seconds : null,
    warnings: [...(decoded?.warnings ?? [])],
    unscanned_reason: seen.kind === 'nothing' ? seen.reason : null,
  };
}

/** Stores what another examination of its original has seen; the verdict is still to be found. */
export async function examinedAgain(
  trx: Transaction,
  exhibitId: string,
  examination: Examination,
): Promise<ExhibitsTable> {
  return trx
    .updateTable('exhibits')
    .set({
      ...seenColumns(examination),
      examinations: sql<number>`examinations + 1`,
    })
    .where('id', '=', exhibitId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Looks an exhibit up that has no verdict or needs another one, and stores verdict and signals. */
export async function screenExhibit(
  deps: { readonly trx: Transaction; readonly screening: Screening; readonly clock: Clock },
  exhibit: ExhibitsTable,
): Promise<Verdict> {
  const { trx, screening, clock } = deps;
  // Before the look-up, which may see newer lists but none that are older.
  const listsVersion = await hashListsVersion(trx);
  const verdict = await screening.lookUp(trx, examinationOf(exhibit));
  await trx
    .updateTable('exhibits')
    .set({
      verdict: verdict.verdict,
      unscanned_reason: verdict.verdict === 'unscanned' ? verdict.reason : exhibit.unscanned_reason,
      lists_version: listsVersion,
    })
    .where('id', '=', exhibit.id)
    .execute();
  if (verdict.verdict === 'match') await addSignals(trx, clock, exhibit.id, verdict.matches);
  return verdict;
}

/** Stores what was found, and tells how much of it was not known before. */
export async function addSignals(
  trx: Transaction,
  clock: Clock,
  exhibitId: string,
  matches: readonly Match[],
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('signals')
    .values(
      matches.map((match) => ({
        id: randomUUID(),
        exhibit_id: exhibitId,
        list_id: match.listId,
        list_slug: match.listSlug,
        list_name: match.listName,
        entry_id: match.entryId,
        entry_external_id: match.externalId,
        entry_label: match.label,
        fingerprint: match.fingerprint,
        distance: match.distance,
        frame_seconds: match.frameSeconds,
        query_percent: match.queryPercent,
        compared_percent: match.comparedPercent,
        found_at: clock.now(),
      })),
    )
    .onConflict((conflict) => conflict.constraint('signals_once').doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows ?? 0n);
}

/** What was computed of an exhibit, as it was stored. */
export function examinationOf(exhibit: ExhibitsTable): Examination {
  const { bytes, sha256, sha1, md5 } = exhibit;
  return { bytes, sha256, sha1, md5, seen: seenOf(exhibit) };
}

function seenOf(exhibit: ExhibitsTable): Examination['seen'] {
  const { media_kind: media, pdq, quality, looks, width, height, frames, seconds, warnings } = exhibit;
  const { decoded_as: decodedAs } = exhibit;
  if (width !== null && height !== null && frames !== null && decodedAs !== null) {
    const seen = { looks, width, height, frames, decodedAs, warnings };
    if (media === 'video' && seconds !== null) return { kind: 'video', seconds, ...seen };
    if (pdq !== null && quality !== null) return { kind: 'picture', pdq, quality, ...seen };
  }
  return { kind: 'nothing', media, reason: exhibit.unscanned_reason ?? 'decoder-unavailable' };
}

/** An exhibit that belongs to a case. @throws {CodedError} BW-NOT-FOUND */
export async function exhibitById(
  db: Queryable,
  exhibitId: string,
): Promise<ExhibitsTable & { case_id: string }> {
  const row = await db.selectFrom('exhibits').selectAll().where('id', '=', exhibitId).executeTakeFirst();
  if (row === undefined || row.case_id === null) {
    throw new CodedError('BW-NOT-FOUND', { message: 'There is no such exhibit.' });
  }
  return { ...row, case_id: row.case_id };
}

/** The sealed object of an exhibit. @throws {CodedError} BW-EXHIBIT-DESTROYED */
export function sealedObjectOf(exhibit: Pick<ExhibitsTable, 'object_id'>): string {
  if (exhibit.object_id === null) throw new CodedError('BW-EXHIBIT-DESTROYED');
  return exhibit.object_id;
}

export function exhibitsOfCase(db: Queryable, caseId: string): Promise<ExhibitsTable[]> {
  return db
    .selectFrom('exhibits')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('sealed_at')
    .orderBy('ordinal')
    .orderBy('id')
    .execute();
}

export function signalsOfCase(db: Queryable, caseId: string): Promise<SignalsTable[]> {
  return db
    .selectFrom('signals')
    .innerJoin('exhibits', 'exhibits.id', 'signals.exhibit_id')
    .selectAll('signals')
    .where('exhibits.case_id', '=', caseId)
    .orderBy('signals.distance')
    .orderBy('signals.entry_id')
    .execute();
}
