import { randomUUID } from 'node:crypto';
import { CodedError, type Clock, type Queryable, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Examination, Screening, Verdict } from '../screening/index.ts';
import type { SealedObject, Vault } from '../vault/index.ts';
import type { ExhibitOrigin, ExhibitsTable, SignalsTable } from './tables.ts';

/** Bytes that were examined and sealed, on their way to becoming an exhibit. */
export interface SealedMedia {
  readonly examination: Examination;
  readonly sealed: SealedObject;
}

/** Examines bytes and seals them: after this only the fingerprints are at hand, not the picture. */
export async function sealMedia(
  deps: { readonly db: Queryable; readonly vault: Vault; readonly screening: Screening },
  bytes: Uint8Array,
): Promise<SealedMedia> {
  const examination = await deps.screening.examine(bytes);
  return { examination, sealed: await deps.vault.seal(deps.db, bytes) };
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
  const { picture } = examination;
  const id = randomUUID();
  const objectId = await vault.enter(trx, sealed);
  const seen = 'pdq' in picture ? picture : null;
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
      decoded_as: seen?.decodedAs ?? null,
      bytes: examination.bytes,
      width: seen?.width ?? null,
      height: seen?.height ?? null,
      sha256: examination.sha256,
      sha1: examination.sha1,
      md5: examination.md5,
      pdq: seen?.pdq ?? null,
      quality: seen?.quality ?? null,
      looks: JSON.stringify(seen?.looks ?? []) as never,
      frames: seen?.frames ?? null,
      warnings: [...(seen?.warnings ?? [])],
      verdict: 'pending',
      unscanned_reason: 'unscanned' in picture ? picture.unscanned : null,
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

/** Looks a pending exhibit up and stores verdict and signals. */
export async function screenExhibit(
  deps: { readonly trx: Transaction; readonly screening: Screening; readonly clock: Clock },
  exhibit: ExhibitsTable,
): Promise<Verdict> {
  const { trx, screening, clock } = deps;
  const verdict = await screening.lookUp(trx, examinationOf(exhibit));
  await trx
    .updateTable('exhibits')
    .set({
      verdict: verdict.verdict,
      unscanned_reason: verdict.verdict === 'unscanned' ? verdict.reason : exhibit.unscanned_reason,
    })
    .where('id', '=', exhibit.id)
    .execute();
  if (verdict.verdict !== 'match') return verdict;
  await trx
    .insertInto('signals')
    .values(
      verdict.matches.map((match) => ({
        id: randomUUID(),
        exhibit_id: exhibit.id,
        list_id: match.listId,
        list_slug: match.listSlug,
        list_name: match.listName,
        entry_id: match.entryId,
        entry_external_id: match.externalId,
        entry_label: match.label,
        fingerprint: match.fingerprint,
        distance: match.distance,
        found_at: clock.now(),
      })),
    )
    .onConflict((conflict) => conflict.constraint('signals_once').doNothing())
    .execute();
  return verdict;
}

function examinationOf(exhibit: ExhibitsTable): Examination {
  const { pdq, quality, looks, width, height, frames, decoded_as: decodedAs, warnings } = exhibit;
  const decoded =
    pdq !== null &&
    quality !== null &&
    width !== null &&
    height !== null &&
    frames !== null &&
    decodedAs !== null;
  return {
    bytes: exhibit.bytes,
    sha256: exhibit.sha256,
    sha1: exhibit.sha1,
    md5: exhibit.md5,
    picture: decoded
      ? { pdq, quality, looks, width, height, frames, decodedAs, warnings }
      : { unscanned: (exhibit.unscanned_reason ?? 'decoder-unavailable') as never },
  };
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
