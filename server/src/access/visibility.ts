import { sql, type RawBuilder } from 'kysely';
import { CodedError, type Queryable } from '../foundation/index.ts';

/** Somebody for whom is read: what they may not know of is not there. */
export interface Viewer {
  readonly id: string;
}

/**
 * The condition that a person may know of a case: it is not restricted to others, and they are not excluded from it. Every
 * list that names cases has it; what is read by id goes through `requireVisible`. `caseId` is the column with the case.
 */
export function visibleTo(viewer: Viewer, caseId = 'cases.id'): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(caseId)} NOT IN (SELECT cases_hidden_from(${viewer.id}::uuid)))`;
}

/** Things that belong to a case, and the table that tells to which. */
const TABLES = {
  case: sql`SELECT id AS case_id FROM cases`,
  exhibit: sql`SELECT id, case_id FROM exhibits`,
  report: sql`SELECT id, case_id FROM reports`,
  delivery: sql`SELECT id, case_id FROM deliveries`,
  approval: sql`SELECT id, case_id FROM approvals`,
  hold: sql`SELECT legal_holds.id, coalesce(legal_holds.case_id, exhibits.case_id) AS case_id
    FROM legal_holds LEFT JOIN exhibits ON exhibits.id = legal_holds.exhibit_id`,
  export: sql`SELECT id, case_id FROM case_exports`,
} as const;
export type ThingOfCase = keyof typeof TABLES;

/**
 * Refuses what belongs to a case of which the viewer may not know, in the words of what is not there at all.
 * @throws {CodedError} BW-NOT-FOUND
 */
export async function requireVisible(
  db: Queryable,
  viewer: Viewer,
  thing: ThingOfCase,
  id: string,
): Promise<void> {
  if (await isVisible(db, viewer, thing, id)) return;
  throw new CodedError('BW-NOT-FOUND', { message: `There is no such ${thing}.` });
}

/** Whether the thing is there for the viewer. What belongs to no case is there for everybody. */
export async function isVisible(
  db: Queryable,
  viewer: Viewer,
  thing: ThingOfCase,
  id: string,
): Promise<boolean> {
  const own = thing === 'case' ? sql`case_id` : sql`id`;
  const { rows } = await sql<{ visible: boolean }>`
    SELECT case_id IS NULL OR case_visible_to(case_id, ${viewer.id}::uuid) AS visible
    FROM (${TABLES[thing]}) AS things WHERE ${own} = ${id}::uuid`.execute(db);
  return rows[0]?.visible === true;
}
