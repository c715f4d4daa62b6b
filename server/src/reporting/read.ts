import { sql } from 'kysely';
import { visibleTo, type Viewer } from '../access/index.ts';
import { CodedError, decodeCursor, toPage, type Database, type Queryable } from '../foundation/index.ts';
import type { ReportFilesTable, ReportsTable, ReportStepRow } from './tables.ts';

export interface ReportRow extends ReportsTable {
  readonly case_number: number;
  readonly filed_by_name: string;
}

function reports(db: Queryable) {
  return db
    .selectFrom('reports')
    .innerJoin('cases', 'cases.id', 'reports.case_id')
    .innerJoin('people', 'people.id', 'reports.filed_by')
    .selectAll('reports')
    .select(['cases.number as case_number', 'people.display_name as filed_by_name']);
}

export function reportsOfCase(db: Queryable, caseId: string): Promise<ReportRow[]> {
  return reports(db).where('reports.case_id', '=', caseId).orderBy('reports.created_at').execute();
}

/** Reports of cases that the viewer may know of, newest first. @throws {CodedError} BW-CURSOR-INVALID */
export async function pageOfReports(
  db: Database,
  viewer: Viewer,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: ReportRow[]; nextCursor: string | null }> {
  let query = reports(db).where(visibleTo(viewer));
  if (page.cursor !== undefined) {
    const [createdAt, id] = decodeCursor(page.cursor, ['instant', 'uuid']);
    query = query.where(
      sql<boolean>`(reports.created_at, reports.id) < (${createdAt}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('reports.created_at', 'desc')
    .orderBy('reports.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.created_at.toISOString(), row.id],
    (row) => row,
  );
}

export interface ReportPage {
  readonly report: ReportRow;
  readonly files: readonly ReportFilesTable[];
  readonly steps: readonly ReportStepRow[];
}

/** A report with its files and every step that was taken. @throws {CodedError} BW-NOT-FOUND */
export async function reportPage(db: Queryable, reportId: string): Promise<ReportPage> {
  const report = await reports(db).where('reports.id', '=', reportId).executeTakeFirst();
  if (report === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such report.' });
  const files = await db
    .selectFrom('report_files')
    .selectAll()
    .where('report_id', '=', reportId)
    .orderBy('ordinal')
    .execute();
  const steps = await db
    .selectFrom('report_steps')
    .selectAll()
    .where('report_id', '=', reportId)
    .orderBy('id')
    .execute();
  return { report, files, steps };
}

/** How many reports need a person, or cannot get through: of all, or of those of which a viewer may know. */
export async function reportsInTrouble(db: Queryable, viewer: Viewer | 'all' = 'all'): Promise<number> {
  const row = await db
    .selectFrom('reports')
    .where('status', 'in', ['failed', 'waiting'])
    .$if(viewer !== 'all', (query) => query.where(visibleTo(viewer as Viewer, 'reports.case_id')))
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}
