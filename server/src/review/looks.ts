import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import { exhibitById, sealedObjectOf, withOriginal, type ExhibitsTable } from '../cases/index.ts';
import { CodedError, type Clock, type Database } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Screening } from '../screening/index.ts';
import type { Vault } from '../vault/index.ts';
import { renderVideo, SIZES, type Picture, type Size } from './render-video.ts';

export interface LookDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly decoder: ConfinedDecoder;
  readonly screening: Screening;
}

/** Whether a preview is given: never of known material, which is decided without viewing. */
export function isPreviewable(
  exhibit: Pick<ExhibitsTable, 'verdict' | 'decoded_as' | 'destroyed_at'>,
): boolean {
  return exhibit.destroyed_at === null && exhibit.verdict !== 'match' && exhibit.decoded_as !== null;
}

/**
 * The exhibit small, gray and blurred, rendered here so that nothing more leaves the server. Recorded first.
 * @throws {CodedError} BW-NOT-FOUND, BW-EXHIBIT-DESTROYED, BW-EXHIBIT-NOT-PREVIEWABLE, BW-EXHIBIT-NOT-RENDERABLE, BW-EXHIBIT-CORRUPT
 */
export async function previewExhibit(deps: LookDeps, personId: string, exhibitId: string): Promise<Picture> {
  const exhibit = await exhibitById(deps.db, exhibitId);
  sealedObjectOf(exhibit);
  if (!isPreviewable(exhibit)) throw new CodedError('BW-EXHIBIT-NOT-PREVIEWABLE');
  const picture = await render(deps, exhibit, 'preview');
  await deps.db.transaction().execute((trx) =>
    record(trx, {
      type: 'exhibit.previewed',
      at: deps.clock.now(),
      actor: { kind: 'person', id: personId },
      caseId: exhibit.case_id,
      payload: { exhibitId, tone: 'gray', blurred: true, sha256: exhibit.sha256 },
    }),
  );
  return picture;
}

/**
 * The whole picture, or stills of a video, freshly encoded. It leaves the server only after the reveal is in the ledger
 * under the person's name; what a report later says about viewing comes from that event.
 * @throws {CodedError} BW-NOT-FOUND, BW-EXHIBIT-DESTROYED, BW-EXHIBIT-NOT-RENDERABLE, BW-EXHIBIT-CORRUPT, BW-VAULT-LOCKED
 */
export async function revealExhibit(
  deps: LookDeps,
  personId: string,
  exhibitId: string,
  reason: string,
): Promise<Picture> {
  const exhibit = await exhibitById(deps.db, exhibitId);
  const picture = await render(deps, exhibit, 'full');
  await deps.db.transaction().execute((trx) =>
    record(trx, {
      type: 'exhibit.revealed',
      at: deps.clock.now(),
      actor: { kind: 'person', id: personId },
      caseId: exhibit.case_id,
      payload: {
        exhibitId,
        extent: extentOf(exhibit),
        reason,
        sha256: exhibit.sha256,
      },
    }),
  );
  return picture;
}

/** Of several frames or pages only the first was shown, of a video some: neither is the entire contents. */
function extentOf({ media_kind: kind, frames }: ExhibitsTable): 'full' | 'first-frame' | 'stills' {
  if (kind === 'video') return 'stills';
  return frames === 1 ? 'full' : 'first-frame';
}

/** A picture is rendered by the keeper of the vault, which does not let the original out. */
async function render(deps: LookDeps, exhibit: ExhibitsTable, size: Size): Promise<Picture> {
  const rendered =
    exhibit.media_kind === 'video'
      ? await withOriginal(deps, exhibit, (original) =>
          renderVideo(deps.decoder, original, exhibit.looks, size),
        )
      : await deps.vault.render(deps.db, sealedObjectOf(exhibit), SIZES[size]);
  if (rendered.kind === 'unscanned') throw new CodedError('BW-EXHIBIT-NOT-RENDERABLE');
  return { bytes: rendered.bytes, mediaType: rendered.mediaType };
}
