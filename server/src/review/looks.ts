import type { ConfinedDecoder, RenderRequest } from '@breakwater/perceptual/node';
import { exhibitById, sealedObjectOf, type ExhibitsTable } from '../cases/index.ts';
import { CodedError, type Clock, type Database } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Vault } from '../vault/index.ts';

export interface LookDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly decoder: ConfinedDecoder;
}

export interface Picture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Small, gray and blurred: enough to tell a landscape from a person, and no more. */
const PREVIEW: RenderRequest = { maxSide: 160, tone: 'gray', blur: 5 };
const FULL: RenderRequest = { maxSide: 2400, tone: 'color', blur: 0 };

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
  const picture = await render(deps, exhibit, PREVIEW);
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
 * The whole picture, freshly encoded. It leaves the server only after the reveal is in the ledger under the person's
 * name; what a report later says about viewing comes from that event.
 * @throws {CodedError} BW-NOT-FOUND, BW-EXHIBIT-DESTROYED, BW-EXHIBIT-NOT-RENDERABLE, BW-EXHIBIT-CORRUPT
 */
export async function revealExhibit(
  deps: LookDeps,
  personId: string,
  exhibitId: string,
  reason: string,
): Promise<Picture> {
  const exhibit = await exhibitById(deps.db, exhibitId);
  const picture = await render(deps, exhibit, FULL);
  await deps.db.transaction().execute((trx) =>
    record(trx, {
      type: 'exhibit.revealed',
      at: deps.clock.now(),
      actor: { kind: 'person', id: personId },
      caseId: exhibit.case_id,
      payload: {
        exhibitId,
        // Of several frames or pages only the first was shown, and that is not the entire contents.
        extent: exhibit.frames === 1 ? 'full' : 'first-frame',
        reason,
        sha256: exhibit.sha256,
      },
    }),
  );
  return picture;
}

async function render(deps: LookDeps, exhibit: ExhibitsTable, request: RenderRequest): Promise<Picture> {
  const bytes = await deps.vault.open(deps.db, sealedObjectOf(exhibit));
  const outcome = await deps.decoder.render(bytes, request);
  if (outcome.kind === 'unscanned') throw new CodedError('BW-EXHIBIT-NOT-RENDERABLE');
  return { bytes: outcome.bytes, mediaType: outcome.mediaType };
}
