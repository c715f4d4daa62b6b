import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Transaction } from '../foundation/index.ts';
import type { GroupRow } from './tables.ts';

/** What a service said of a group at one time; what it did not say stays as it was known. */
export interface GroupSurfaces {
  readonly externalId: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility?: 'public' | 'private' | undefined;
}

export interface AccountSurfaces {
  readonly externalId: string;
  readonly handle?: string | undefined;
  readonly displayName?: string | undefined;
}

export interface Membership {
  readonly accountId: string;
  readonly role: 'owner' | 'admin' | 'member';
  readonly joinedAt?: Date | undefined;
  readonly leftAt?: Date | undefined;
}

/** Notes a group as it was seen; a name that is new to it is added to its names. */
export async function noteGroup(
  trx: Transaction,
  serviceId: string,
  seenAt: Date,
  surfaces: GroupSurfaces,
): Promise<GroupRow> {
  const said = {
    ...(surfaces.name === undefined ? {} : { name: surfaces.name }),
    ...(surfaces.description === undefined ? {} : { description: surfaces.description }),
    ...(surfaces.visibility === undefined ? {} : { visibility: surfaces.visibility }),
  };
  const group = await trx
    .insertInto('groups')
    .values({
      id: randomUUID(),
      service_id: serviceId,
      external_id: surfaces.externalId,
      name: null,
      description: null,
      visibility: null,
      picture_exhibit_id: null,
      first_seen_at: seenAt,
      ...said,
    })
    .onConflict((conflict) =>
      conflict.constraint('groups_once').doUpdateSet({ external_id: surfaces.externalId, ...said }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  await noteSurfaces(trx, group, seenAt, said);
  return group;
}

/** What differs from how it was known at that time is a change of which nobody told. */
async function noteSurfaces(
  trx: Transaction,
  group: GroupRow,
  seenAt: Date,
  said: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`
    INSERT INTO surface_changes (service_id, group_id, surface, value, changed_at, learned_at, learned_from)
    SELECT ${group.service_id}::uuid, ${group.id}::uuid, seen.surface, seen.value, ${seenAt}::timestamptz,
      ${seenAt}::timestamptz, 'user-report'
    FROM unnest(${Object.keys(said)}::text[], ${Object.values(said)}::text[]) AS seen (surface, value)
    WHERE seen.value IS DISTINCT FROM (
      SELECT value FROM surface_changes
      WHERE group_id = ${group.id}::uuid AND surface = seen.surface AND changed_at <= ${seenAt}::timestamptz
      ORDER BY changed_at DESC, id DESC LIMIT 1
    )`.execute(trx);
}

/** Notes accounts as they were seen, and returns the id of each by its external id. */
export async function noteAccounts(
  trx: Transaction,
  serviceId: string,
  seenAt: Date,
  accounts: readonly AccountSurfaces[],
): Promise<Map<string, string>> {
  const byExternalId = mergeSightings(accounts);
  if (byExternalId.size === 0) return new Map();
  // In one order everywhere, so that two reports about the same people cannot lock each other out.
  const sorted = [...byExternalId.values()].toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const result = await sql<{ id: string; external_id: string }>`
    INSERT INTO accounts (id, service_id, external_id, handle, display_name, first_seen_at)
    SELECT gen_random_uuid(), ${serviceId}::uuid, external_id, handle, display_name, ${seenAt}::timestamptz
    FROM unnest(
      ${sorted.map((account) => account.externalId)}::text[], ${sorted.map((account) => account.handle ?? null)}::text[],
      ${sorted.map((account) => account.displayName ?? null)}::text[]
    ) AS seen (external_id, handle, display_name)
    ON CONFLICT ON CONSTRAINT accounts_once DO UPDATE SET
      handle = coalesce(excluded.handle, accounts.handle),
      display_name = coalesce(excluded.display_name, accounts.display_name)
    RETURNING id, external_id`.execute(trx);
  return new Map(result.rows.map((row) => [row.external_id, row.id]));
}

function mergeSightings(accounts: readonly AccountSurfaces[]): Map<string, AccountSurfaces> {
  const merged = new Map<string, AccountSurfaces>();
  for (const account of accounts) {
    const before = merged.get(account.externalId);
    merged.set(account.externalId, {
      externalId: account.externalId,
      handle: account.handle ?? before?.handle,
      displayName: account.displayName ?? before?.displayName,
    });
  }
  return merged;
}

export async function noteMemberships(
  trx: Transaction,
  groupId: string,
  memberships: readonly Membership[],
): Promise<void> {
  if (memberships.length === 0) return;
  const byAccount = new Map(memberships.map((membership) => [membership.accountId, membership]));
  const sorted = [...byAccount.values()].toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
  await sql`
    INSERT INTO memberships (group_id, account_id, role, joined_at, left_at)
    SELECT ${groupId}::uuid, account_id, role, joined_at, left_at
    FROM unnest(
      ${sorted.map((membership) => membership.accountId)}::uuid[], ${sorted.map((membership) => membership.role)}::text[],
      ${sorted.map((membership) => membership.joinedAt ?? null)}::timestamptz[],
      ${sorted.map((membership) => membership.leftAt ?? null)}::timestamptz[]
    ) AS seen (account_id, role, joined_at, left_at)
    ON CONFLICT (group_id, account_id) DO UPDATE SET
      role = excluded.role,
      joined_at = coalesce(excluded.joined_at, memberships.joined_at),
      left_at = excluded.left_at`.execute(trx);
}

export async function setGroupPicture(trx: Transaction, groupId: string, exhibitId: string): Promise<void> {
  await trx.updateTable('groups').set({ picture_exhibit_id: exhibitId }).where('id', '=', groupId).execute();
}

export async function setAccountPicture(
  trx: Transaction,
  accountId: string,
  exhibitId: string,
): Promise<void> {
  await trx
    .updateTable('accounts')
    .set({ picture_exhibit_id: exhibitId })
    .where('id', '=', accountId)
    .execute();
}
