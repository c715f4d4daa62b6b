import {
  CodedError,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { withSecondPerson, type Outcome } from './approval-request.ts';
import type { Executor } from './approvals.ts';
import { endSessions } from './identity/sessions.ts';
import type { Person } from './people.ts';
import { ROLES_GIVEN_BY_TWO, type Role } from './permissions.ts';
import type { PeopleTable } from './tables.ts';
import { endLoneSignature } from './two-person-rules.ts';
import type { Selectable } from 'kysely';

export type PersonRow = Selectable<PeopleTable>;

declare module './approval-request.ts' {
  interface ApprovalPayloads {
    'people.give-role': { personId: string; before: string[]; after: Role[] };
  }
}

/** Everybody, in the order in which they came. */
export function listPeople(db: Queryable): Promise<PersonRow[]> {
  return db.selectFrom('people').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** @throws {CodedError} BW-NOT-FOUND */
export async function personById(db: Queryable, personId: string): Promise<PersonRow> {
  const row = await db.selectFrom('people').selectAll().where('id', '=', personId).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such person.' });
  return row;
}

/**
 * Gives and takes roles. Roles that open media or give signatures wait for a second person; what is taken is taken at once.
 * @throws {CodedError} BW-NOT-FOUND, BW-OWN-ROLES, BW-LAST-ADMINISTRATOR, BW-PERSON-UNFIT, BW-APPROVAL-WAITING
 */
export function changeRoles(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  change: { readonly personId: string; readonly roles: readonly Role[]; readonly reason: string },
): Promise<Outcome<void>> {
  const { db, clock } = deps;
  const actor: Actor = { kind: 'person', id: by.id };
  return db.transaction().execute(async (trx) => {
    const person = await lockPerson(trx, change.personId);
    if (person.deactivated_at !== null) throw new CodedError('BW-PERSON-UNFIT');
    const after = [...new Set(change.roles)];
    const added = after.filter((role) => !person.roles.includes(role));
    if (person.id === by.id && added.length > 0) throw new CodedError('BW-OWN-ROLES');
    const roles = { personId: person.id, before: person.roles, after };
    const perform = () => setRoles(trx, clock, actor, roles);
    if (!added.some((role) => ROLES_GIVEN_BY_TWO.includes(role))) return { done: await perform() };
    return withSecondPerson(
      trx,
      clock,
      {
        kind: 'people.give-role',
        payload: roles,
        requestedBy: by,
        reason: change.reason,
        subject: `person:${person.id}`,
      },
      perform,
    );
  });
}

/** Carries out `people.give-role`. */
export function giveRoles(clock: Clock): Executor<'people.give-role'> {
  return {
    async execute(trx, payload, { requestedBy }) {
      const person = await lockPerson(trx, payload.personId);
      const asBefore = person.roles.toSorted().join() === payload.before.toSorted().join();
      if (!asBefore || person.deactivated_at !== null) throw new CodedError('BW-APPROVAL-STALE');
      await setRoles(trx, clock, { kind: 'person', id: requestedBy.id }, payload);
      return { roles: payload.after };
    },
  };
}

/**
 * Ends somebody's access at once: their sessions and sign-in links are gone, and nothing they did is.
 * @throws {CodedError} BW-NOT-FOUND, BW-LAST-ADMINISTRATOR
 */
export function deactivatePerson(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  personId: string,
): Promise<void> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    const person = await lockPerson(trx, personId);
    if (person.deactivated_at !== null) return;
    if (person.roles.includes('administrator')) await requireAnotherAdministrator(trx, person.id);
    await trx.updateTable('people').set({ deactivated_at: clock.now() }).where('id', '=', personId).execute();
    const actor: Actor = { kind: 'person', id: by.id };
    await endSessions(trx, clock, actor, { personId, because: 'deactivated' });
    await trx.deleteFrom('invitations').where('person_id', '=', personId).execute();
    await trx.deleteFrom('sign_in_links').where('person_id', '=', personId).execute();
    await record(trx, {
      type: 'person.deactivated',
      at: clock.now(),
      actor,
      payload: { personId },
    });
  });
}

/**
 * Lets somebody in again who was deactivated, without any role: roles are given anew, by two where that takes two.
 * @throws {CodedError} BW-NOT-FOUND
 */
export function reactivatePerson(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  personId: string,
): Promise<void> {
  const { db, clock } = deps;
  const actor: Actor = { kind: 'person', id: by.id };
  return db.transaction().execute(async (trx) => {
    const person = await lockPerson(trx, personId);
    if (person.deactivated_at === null) return;
    await trx.updateTable('people').set({ deactivated_at: null }).where('id', '=', personId).execute();
    await record(trx, { type: 'person.reactivated', at: clock.now(), actor, payload: { personId } });
    if (person.roles.length > 0)
      await setRoles(trx, clock, actor, { personId, before: person.roles, after: [] });
  });
}

/** Puts into the ledger which roles the migration to separated duties gave and took. Done once. */
export function recordMigratedRoles(deps: { readonly db: Database; readonly clock: Clock }): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const migrated = await trx.deleteFrom('migrated_roles').returningAll().execute();
    for (const row of migrated) {
      await record(trx, {
        type: 'person.roles-changed',
        at: deps.clock.now(),
        actor: { kind: 'system', part: 'access' },
        payload: {
          personId: row.person_id,
          before: row.roles_before,
          after: row.roles_after,
          because: 'migration',
        },
      });
    }
  });
}

/** Changes to people take turns, so that of two administrators one stays. */
async function lockPerson(trx: Transaction, personId: string): Promise<PersonRow> {
  await trx.selectFrom('lone_signature').selectAll().forUpdate().execute();
  return personById(trx, personId);
}

async function setRoles(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  change: { readonly personId: string; readonly before: string[]; readonly after: readonly Role[] },
): Promise<void> {
  const { personId, before } = change;
  const after = [...change.after];
  if (before.includes('administrator') && !after.includes('administrator'))
    await requireAnotherAdministrator(trx, personId);
  await trx.updateTable('people').set({ roles: after }).where('id', '=', personId).execute();
  await record(trx, {
    type: 'person.roles-changed',
    at: clock.now(),
    actor,
    payload: { personId, before, after, because: 'asked' },
  });
  await endSessions(trx, clock, actor, { personId, because: 'roles-changed' });
  await endLoneSignature(trx, clock);
}

async function requireAnotherAdministrator(trx: Transaction, personId: string): Promise<void> {
  const people = await trx
    .selectFrom('people')
    .select('roles')
    .where('id', '!=', personId)
    .where('deactivated_at', 'is', null)
    .execute();
  if (!people.some(({ roles }) => roles.includes('administrator')))
    throw new CodedError('BW-LAST-ADMINISTRATOR');
}
