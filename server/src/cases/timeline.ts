import { sql } from 'kysely';
import { decodeCursor, toPage, type Database } from '../foundation/index.ts';

export interface TimelineRow {
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly actorKind: 'person' | 'service' | 'system';
  readonly actorName: string;
  /** Null once what the event said was erased. */
  readonly payload: Record<string, unknown> | null;
}

/** The events of a case, newest first: the timeline is a view of the ledger and of nothing else. */
export async function pageOfTimeline(
  db: Database,
  caseId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: TimelineRow[]; nextCursor: string | null }> {
  let query = db
    .selectFrom('events')
    .leftJoin('people', (join) => join.on(sql`people.id::text`, '=', sql`events.actor ->> 'id'`))
    .leftJoin('services', (join) => join.on(sql`services.id::text`, '=', sql`events.actor ->> 'id'`))
    .where('events.case_id', '=', caseId)
    .select([
      'events.id',
      'events.at',
      'events.type',
      'events.actor',
      'events.payload',
      'events.inserted',
      'people.display_name as person_name',
      'services.name as service_name',
    ]);
  if (page.cursor !== undefined) {
    const [inserted] = decodeCursor(page.cursor, ['number']);
    query = query.where('events.inserted', '<', inserted);
  }
  const rows = await query
    .orderBy('events.inserted', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.inserted],
    (row) => ({
      id: row.id,
      at: row.at,
      type: row.type,
      actorKind: row.actor.kind,
      actorName: row.person_name ?? row.service_name ?? 'Breakwater',
      payload: row.payload as Record<string, unknown> | null,
    }),
  );
}
