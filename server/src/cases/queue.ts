import { sql } from 'kysely';
import { visibleTo, type Viewer } from '../access/index.ts';
import { CodedError, decodeCursor, toPage, type Database } from '../foundation/index.ts';
import type { CaseRow } from './tables.ts';

/** A case as it stands in the queue. */
export interface CaseSummaryRow extends CaseRow {
  readonly group_external_id: string;
  readonly group_name: string | null;
  readonly service_slug: string;
  readonly service_name: string;
  readonly demo: boolean;
  readonly assignee_name: string | null;
  readonly restricted: boolean;
  readonly exhibits: number;
  readonly known_matches: number;
  readonly unscanned: number;
}

function summaries(db: Database) {
  return db
    .selectFrom('cases')
    .innerJoin('groups', 'groups.id', 'cases.group_id')
    .innerJoin('services', 'services.id', 'cases.service_id')
    .leftJoin('people', 'people.id', 'cases.assignee_id')
    .innerJoinLateral(
      (expression) =>
        expression
          .selectFrom('exhibits')
          .whereRef('exhibits.case_id', '=', 'cases.id')
          .select((count) => [
            count.fn.countAll<number>().as('exhibits'),
            count.fn.countAll<number>().filterWhere('verdict', '=', 'match').as('known_matches'),
            count.fn.countAll<number>().filterWhere('verdict', '=', 'unscanned').as('unscanned'),
          ])
          .as('counts'),
      (join) => join.onTrue(),
    )
    .selectAll('cases')
    .select([
      'groups.external_id as group_external_id',
      'groups.name as group_name',
      'services.slug as service_slug',
      'services.name as service_name',
      'services.demo as demo',
      'people.display_name as assignee_name',
      sql<boolean>`EXISTS (SELECT FROM restricted_cases WHERE restricted_cases.case_id = cases.id)`.as(
        'restricted',
      ),
      'counts.exhibits',
      'counts.known_matches',
      'counts.unscanned',
    ]);
}

/**
 * The queue of what the viewer may know of: highest priority first, and among equals whatever waits longest.
 * @throws {CodedError} BW-CURSOR-INVALID
 */
export async function pageOfCases(
  db: Database,
  viewer: Viewer,
  page: {
    readonly status: 'open' | 'closed';
    readonly assignee?: 'me' | 'nobody' | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<{ items: CaseSummaryRow[]; nextCursor: string | null }> {
  let query = summaries(db).where('cases.status', '=', page.status).where(visibleTo(viewer));
  if (page.assignee === 'me') query = query.where('cases.assignee_id', '=', viewer.id);
  if (page.assignee === 'nobody') query = query.where('cases.assignee_id', 'is', null);
  if (page.cursor !== undefined) {
    const [priority, openedAt, id] = decodeCursor(page.cursor, ['number', 'instant', 'uuid']);
    query = query.where(
      sql<boolean>`(-cases.priority, cases.opened_at, cases.id) > (${-priority}::bigint, ${openedAt}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('cases.priority', 'desc')
    .orderBy('cases.opened_at')
    .orderBy('cases.id')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.priority, row.opened_at.toISOString(), row.id],
    (row) => row,
  );
}

/** @throws {CodedError} BW-NOT-FOUND */
export async function caseSummary(db: Database, caseId: string): Promise<CaseSummaryRow> {
  const row = await summaries(db).where('cases.id', '=', caseId).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such case.' });
  return row;
}
