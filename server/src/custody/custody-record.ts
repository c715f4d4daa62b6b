import { sql } from 'kysely';
import { visibleTo, type Viewer } from '../access/index.ts';
import { CodedError, type Queryable } from '../foundation/index.ts';
import type { Actor } from '../ledger/index.ts';
import { actorName, type NamedActor } from './actor-names.ts';
import type { Certificate } from './certificate.ts';
import type { CaseExportsTable, DestructionsTable, PreservationTermsTable } from './tables.ts';

/** One thing that happened to an exhibit. */
export interface CustodyEntry {
  readonly eventId: string;
  readonly at: Date;
  readonly type: string;
  readonly actor: NamedActor;
  readonly why: string | null;
  readonly sha256: string;
  /** Everything that the event says. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The chain of custody of an exhibit: every event of the ledger that names it, oldest first, from its sealing to its
 * destruction. It is there as long as the ledger, also when the exhibit is not.
 * @throws {CodedError} BW-NOT-FOUND when the ledger knows of no such exhibit
 */
export async function custodyOf(db: Queryable, exhibitId: string): Promise<CustodyEntry[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where(sql`payload ? 'exhibitId'`, '=', true)
    .where(sql`payload ->> 'exhibitId'`, '=', exhibitId)
    .where('type', 'like', 'exhibit.%')
    .orderBy('inserted')
    .execute();
  const sealed = rows.find(({ type }) => type === 'exhibit.sealed');
  if (sealed === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such exhibit.' });
  const sha256 = String((sealed.payload as Record<string, unknown>)['sha256']);
  const names = await namesOf(
    db,
    rows.map(({ actor }) => actor),
  );
  return rows.map((row) => {
    const payload = row.payload as Record<string, unknown>;
    return {
      eventId: row.id,
      at: row.at,
      type: row.type,
      actor: names.get(keyOf(row.actor)) ?? { kind: row.actor.kind, id: '', name: '' },
      why: textOf(payload['why'] ?? payload['reason']),
      // An event from before hashes were part of every one is about the same content all the same.
      sha256: textOf(payload['sha256']) ?? sha256,
      payload,
    };
  });
}

/** Where the exhibits of a case stand: terms, holds, and what was or is being destroyed. */
export interface CustodyState {
  readonly terms: readonly PreservationTermsTable[];
  readonly destructions: readonly DestructionsTable[];
}

export async function custodyStateOfCase(db: Queryable, caseId: string): Promise<CustodyState> {
  return {
    terms: await db.selectFrom('preservation_terms').selectAll().where('case_id', '=', caseId).execute(),
    destructions: await db
      .selectFrom('destructions')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('ordered_at')
      .execute(),
  };
}

/** What was exported of a case, newest first. */
export function exportsOfCase(db: Queryable, caseId: string): Promise<CaseExportsTable[]> {
  return db
    .selectFrom('case_exports')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('ordered_at', 'desc')
    .orderBy('id')
    .execute();
}

export interface DueExhibit {
  readonly exhibitId: string;
  readonly caseId: string;
  readonly caseNumber: number;
  readonly sha256: string;
  readonly preserveUntil: Date;
  readonly because: PreservationTermsTable['because'];
}

/**
 * What the machine proposes to destroy: the term has ended, no hold covers it, and nobody has ordered it yet. Of cases of
 * which the viewer may know.
 */
export async function dueForDestruction(
  db: Queryable,
  viewer: Viewer,
  now: Date,
  limit: number,
): Promise<DueExhibit[]> {
  return db
    .selectFrom('preservation_terms as term')
    .innerJoin('exhibits', 'exhibits.id', 'term.artefact_id')
    .innerJoin('cases', 'cases.id', 'exhibits.case_id')
    .where('term.artefact', '=', 'exhibit')
    .where('term.preserve_until', '<=', now)
    .where('exhibits.destroyed_at', 'is', null)
    .where(visibleTo(viewer))
    .where(sql<boolean>`NOT is_held(exhibits.id, exhibits.case_id)`)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('destructions')
            .select('destructions.id')
            .whereRef('destructions.exhibit_id', '=', 'exhibits.id')
            .where('destructions.status', '<>', 'halted'),
        ),
      ),
    )
    .select([
      'exhibits.id as exhibitId',
      'cases.id as caseId',
      'cases.number as caseNumber',
      'exhibits.sha256',
      'term.preserve_until as preserveUntil',
      'term.because',
    ])
    .orderBy('term.preserve_until')
    .orderBy('exhibits.id')
    .limit(limit)
    .$narrowType<{ preserveUntil: Date }>()
    .execute();
}

/** The certificate of a destroyed exhibit. @throws {CodedError} BW-NOT-FOUND */
export async function certificateOf(db: Queryable, exhibitId: string): Promise<Certificate> {
  const certificate = await findCertificate(db, exhibitId);
  if (certificate !== null) return certificate;
  throw new CodedError('BW-NOT-FOUND', {
    message: 'There is no certificate of destruction for this exhibit.',
  });
}

/** The same; null when there is none, or none yet. */
export async function findCertificate(db: Queryable, exhibitId: string): Promise<Certificate | null> {
  const row = await db
    .selectFrom('destructions')
    .select('certificate')
    .where('exhibit_id', '=', exhibitId)
    .where('status', '=', 'destroyed')
    .executeTakeFirst();
  return row?.certificate ?? null;
}

/** The names of many actors, each looked up once. */
export async function namesOf(
  db: Queryable,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, NamedActor>> {
  const names = new Map<string, NamedActor>();
  for (const actor of actors)
    if (!names.has(keyOf(actor))) names.set(keyOf(actor), await actorName(db, actor));
  return names;
}

export function keyOf(actor: Actor): string {
  return `${actor.kind} ${actor.kind === 'system' ? actor.part : actor.id}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
