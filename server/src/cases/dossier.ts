import type { Queryable } from '../foundation/index.ts';
import type { AccountRow, GroupRow } from './tables.ts';

export interface GroupPage {
  readonly group: GroupRow;
  /** Every name known, oldest first. */
  readonly names: readonly { readonly name: string; readonly first_seen_at: Date }[];
  readonly members: number;
}

/** What is known of a group. */
export async function groupPage(db: Queryable, groupId: string): Promise<GroupPage> {
  const group = await db.selectFrom('groups').selectAll().where('id', '=', groupId).executeTakeFirstOrThrow();
  const names = await db
    .selectFrom('surface_changes')
    .select((expression) => [
      expression.ref('value').$castTo<string>().as('name'),
      expression.fn.min('changed_at').as('first_seen_at'),
    ])
    .where('group_id', '=', groupId)
    .where('surface', '=', 'name')
    .where('value', 'is not', null)
    .groupBy('value')
    .orderBy('first_seen_at')
    .orderBy('value')
    .execute();
  const { members } = await db
    .selectFrom('memberships')
    .where('group_id', '=', groupId)
    .where('left_at', 'is', null)
    .select((expression) => expression.fn.countAll<number>().as('members'))
    .executeTakeFirstOrThrow();
  return { group, names, members };
}

export interface CaseAccount extends AccountRow {
  readonly sent_reported_message: boolean;
  readonly reporter: boolean;
  readonly role: 'owner' | 'admin' | 'member' | null;
  readonly joined_at: Date | null;
  readonly left_at: Date | null;
}

/** The accounts of a case: first who sent what was reported, then by role. */
export function accountsOfCase(db: Queryable, caseId: string): Promise<CaseAccount[]> {
  return db
    .selectFrom('case_accounts')
    .innerJoin('cases', 'cases.id', 'case_accounts.case_id')
    .innerJoin('accounts', 'accounts.id', 'case_accounts.account_id')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.account_id', '=', 'accounts.id')
        .onRef('memberships.group_id', '=', 'cases.group_id'),
    )
    .selectAll('accounts')
    .select([
      'case_accounts.sent_reported_message',
      'case_accounts.reporter',
      'memberships.role',
      'memberships.joined_at',
      'memberships.left_at',
    ])
    .where('case_accounts.case_id', '=', caseId)
    .orderBy('case_accounts.sent_reported_message', 'desc')
    .orderBy((expression) =>
      expression
        .case()
        .when('memberships.role', '=', 'owner')
        .then(0)
        .when('memberships.role', '=', 'admin')
        .then(1)
        .else(2)
        .end(),
    )
    .orderBy('accounts.external_id')
    .execute();
}
