import { sql } from 'kysely';
import type { Queryable } from '../foundation/index.ts';

export interface Reveal {
  readonly exhibitId: string;
  readonly personId: string;
  readonly personName: string;
  readonly at: Date;
  readonly reason: string;
  readonly extent: 'full' | 'first-frame';
}

/** Every reveal in a case, from the ledger, oldest first, but for those of which the content was erased. */
export async function revealsOfCase(db: Queryable, caseId: string): Promise<Reveal[]> {
  const rows = await db
    .selectFrom('events')
    .innerJoin('people', (join) => join.on(sql`people.id::text`, '=', sql`events.actor ->> 'id'`))
    .where('events.case_id', '=', caseId)
    .where('events.type', '=', 'exhibit.revealed')
    .where(sql`events.actor ->> 'kind'`, '=', 'person')
    .where('events.payload', 'is not', null)
    .select(['events.at', 'events.payload', 'people.id', 'people.display_name'])
    .orderBy('events.inserted')
    .execute();
  return rows.map((row) => {
    const payload = row.payload as { exhibitId: string; reason: string; extent: Reveal['extent'] };
    return { ...payload, personId: row.id, personName: row.display_name, at: row.at };
  });
}

/** The exhibits of a case whose entire contents some person has seen, by the ledger and nothing else. */
export async function exhibitsViewedInFull(db: Queryable, caseId: string): Promise<ReadonlySet<string>> {
  const reveals = await revealsOfCase(db, caseId);
  return new Set(reveals.filter((reveal) => reveal.extent === 'full').map((reveal) => reveal.exhibitId));
}
