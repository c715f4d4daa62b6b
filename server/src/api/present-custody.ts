/** From the rows of custody to the shapes of the contract. Nothing is decided here. */
import {
  fetchedUntil,
  isOf,
  keyOf,
  type CaseExportsTable,
  type CustodyEntry,
  type DestructionsTable,
  type HoldGround,
  type LegalHoldsTable,
  type RetentionProfile,
} from '../custody/index.ts';
import type { Actor } from '../ledger/index.ts';
import type * as contract from './contract/index.ts';
import { iso } from './present.ts';
import { sentenceFor } from './timeline-sentences.ts';

type Names = ReadonlyMap<string, contract.Hold['placedBy']>;

export function presentCustodyEntry(entry: CustodyEntry): contract.CustodyEntryAnswer {
  return {
    eventId: entry.eventId,
    at: entry.at.toISOString(),
    type: entry.type,
    actor: entry.actor,
    why: entry.why,
    sha256: entry.sha256,
    summary: sentenceFor(entry.type, entry.payload),
    payload: { ...entry.payload },
  };
}

export function presentHold(
  row: LegalHoldsTable,
  names: Names,
  grounds: readonly HoldGround[],
): contract.Hold {
  const { released_by: by, released_at: at, release_why: why } = row;
  return {
    id: row.id,
    on:
      row.case_id === null
        ? { kind: 'exhibit', id: row.exhibit_id ?? '' }
        : { kind: 'case', id: row.case_id },
    ground: row.ground,
    groundTitle: grounds.find(({ id }) => id === row.ground)?.title ?? row.ground,
    reference: row.reference,
    why: row.why,
    placedBy: nameOf(names, row.placed_by),
    placedAt: row.placed_at.toISOString(),
    renewBy: iso(row.renew_by),
    released:
      by === null || at === null ? null : { by: nameOf(names, by), at: at.toISOString(), why: why ?? '' },
  };
}

export function presentDestruction(row: DestructionsTable, names: Names): contract.DestructionAnswer {
  return {
    id: row.id,
    exhibitId: row.exhibit_id,
    status: row.status,
    haltedBecause: row.halted_because,
    why: row.why,
    orderedBy: nameOf(names, row.ordered_by),
    approvedBy: row.approved_by && nameOf(names, row.approved_by),
    orderedAt: row.ordered_at.toISOString(),
    destroyedAt: iso(row.destroyed_at),
  };
}

export function presentExport(
  row: CaseExportsTable,
  names: Names,
  viewer: { readonly id: string },
  now: Date,
): contract.CaseExport {
  const until = fetchedUntil(row);
  const mayFetch = row.exhibits !== null && isOf(row, viewer.id) && until > now;
  return {
    id: row.id,
    recipient: row.recipient,
    why: row.why,
    links: row.links,
    orderedBy: nameOf(names, row.ordered_by),
    approvedBy: row.approved_by && nameOf(names, row.approved_by),
    orderedAt: row.ordered_at.toISOString(),
    fetchUntil: mayFetch ? until.toISOString() : null,
    manifestSha256: row.manifest_sha256,
  };
}

export function presentProfile(
  profile: RetentionProfile,
  inWords: (lasts: NonNullable<RetentionProfile['duties'][number]['lasts']>) => string,
): contract.Retention['profiles'][number] {
  return {
    id: profile.id,
    title: profile.title,
    version: profile.version,
    applies: profile.applies,
    note: profile.note ?? null,
    duties: profile.duties.map(({ artefact, authority, lasts, citation, source, reading }) => ({
      artefact,
      authority,
      lasts: lasts === null ? null : inWords(lasts),
      citation,
      source,
      reading,
    })),
  };
}

function nameOf(names: Names, actor: Actor): contract.Hold['placedBy'] {
  const name = names.get(keyOf(actor));
  if (name === undefined) throw new Error('somebody’s name was not looked up');
  return name;
}
