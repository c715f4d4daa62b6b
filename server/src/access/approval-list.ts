import { sql } from 'kysely';
import { decodeCursor, toPage, type Clock, type Queryable } from '../foundation/index.ts';
import { APPROVAL_KINDS, approvalKind, type ApprovalKind } from './approval-kinds.ts';
import type { Person } from './people.ts';
import { permissionsOf } from './permissions.ts';
import type { ApprovalsTable } from './tables.ts';

export interface ApprovalRow extends ApprovalsTable {
  readonly requested_by_name: string;
  readonly concluded_by_name: string | null;
}

export type ApprovalView = 'to-sign' | 'own' | 'history';

/**
 * Requests that a person may know of, newest first: those of their own, and those that are theirs to sign or were. What
 * belongs to a case of which they may not know is not among them.
 * @throws {CodedError} BW-CURSOR-INVALID
 */
export async function pageOfApprovals(
  db: Queryable,
  clock: Clock,
  person: Person,
  page: { readonly view: ApprovalView; readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: ApprovalRow[]; nextCursor: string | null }> {
  let query = approvalsFor(db, person);
  const open = sql<boolean>`(approvals.state = 'waiting' AND approvals.expires_at > ${clock.now()}::timestamptz)`;
  switch (page.view) {
    case 'to-sign':
      query = query
        .where(open)
        .where('approvals.requested_by', '!=', person.id)
        .where('approvals.subject', '!=', `person:${person.id}`)
        .where('approvals.kind', 'in', signable(person));
      break;
    case 'own':
      query = query.where(open).where('approvals.requested_by', '=', person.id);
      break;
    case 'history':
      query = query.where(sql<boolean>`NOT ${open}`);
  }
  if (page.cursor !== undefined) {
    const [requestedAt, id] = decodeCursor(page.cursor, ['instant', 'uuid']);
    query = query.where(
      sql<boolean>`(approvals.requested_at, approvals.id) < (${requestedAt}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('approvals.requested_at', 'desc')
    .orderBy('approvals.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.requested_at.toISOString(), row.id],
    (row) => row,
  );
}

/** One request, if the person may know of it. */
export function approvalById(
  db: Queryable,
  person: Person,
  approvalId: string,
): Promise<ApprovalRow | undefined> {
  return approvalsFor(db, person).where('approvals.id', '=', approvalId).executeTakeFirst();
}

/** How many wait for this person's signature. */
export async function approvalsToSign(db: Queryable, clock: Clock, person: Person): Promise<number> {
  const { items } = await pageOfApprovals(db, clock, person, { view: 'to-sign', limit: 200 });
  return items.length;
}

/** What waits for a second signature in a case, oldest first. */
export function waitingApprovals(
  db: Queryable,
  clock: Clock,
  caseId: string,
): Promise<{ id: string; kind: ApprovalKind; subject: string }[]> {
  return db
    .selectFrom('approvals')
    .select(['id', 'kind', 'subject'])
    .where('case_id', '=', caseId)
    .where('state', '=', 'waiting')
    .where('expires_at', '>', clock.now())
    .orderBy('requested_at')
    .execute();
}

function approvalsFor(db: Queryable, person: Person) {
  return db
    .selectFrom('approvals')
    .innerJoin('people as requester', 'requester.id', 'approvals.requested_by')
    .leftJoin('people as concluder', 'concluder.id', 'approvals.concluded_by')
    .selectAll('approvals')
    .select(['requester.display_name as requested_by_name', 'concluder.display_name as concluded_by_name'])
    .where(
      sql<boolean>`(approvals.case_id IS NULL OR case_visible_to(approvals.case_id, ${person.id}::uuid))`,
    )
    .where((expression) =>
      expression.or([
        expression('approvals.requested_by', '=', person.id),
        expression('approvals.kind', 'in', signable(person)),
      ]),
    );
}

/** Never empty, since IN takes no empty list; nothing is of the kind that stands in for none. */
function signable(person: Person): ApprovalKind[] {
  const permissions = permissionsOf(person.roles);
  const kinds = (Object.keys(APPROVAL_KINDS) as ApprovalKind[]).filter(
    (kind) => permissions.includes('approvals.give') && permissions.includes(approvalKind(kind).permission),
  );
  return kinds.length === 0 ? ['' as ApprovalKind] : kinds;
}
