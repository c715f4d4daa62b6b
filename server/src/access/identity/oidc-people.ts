import type { Clock, Transaction } from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import { createPerson } from '../people.ts';
import type { Role } from '../permissions.ts';
import { endLoneSignature } from '../two-person-rules.ts';
import { endSessions } from './sessions.ts';

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** The roles that the groups of somebody bring, by the table of the settings. Groups that are not in it bring nothing. */
export function rolesOf(
  claims: Claims,
  settings: { readonly rolesClaim: string; readonly roles: ReadonlyMap<string, Role> },
): Role[] {
  const said = claims[settings.rolesClaim];
  const groups = Array.isArray(said) ? said : [said];
  const roles = groups.flatMap((group) => {
    const role = typeof group === 'string' ? settings.roles.get(group) : undefined;
    return role === undefined ? [] : [role];
  });
  return [...new Set(roles)];
}

/**
 * The person whom the provider means, by issuer and subject and nothing else, since names and addresses change hands. Their
 * roles become what the provider says today. Somebody new is added if they bring a role; else null.
 */
export async function personOf(
  trx: Transaction,
  clock: Clock,
  claims: Claims,
  roles: readonly Role[],
): Promise<string | null> {
  const found = await trx
    .selectFrom('oidc_identities')
    .innerJoin('people', 'people.id', 'oidc_identities.person_id')
    .select(['people.id', 'people.roles'])
    .where('issuer', '=', claims.iss)
    .where('subject', '=', claims.sub)
    .executeTakeFirst();
  if (found === undefined) return roles.length === 0 ? null : addPerson(trx, clock, claims, roles);
  if (found.roles.toSorted().join(' ') !== roles.toSorted().join(' '))
    await mapRoles(trx, clock, found.id, { before: found.roles, roles });
  return found.id;
}

async function addPerson(
  trx: Transaction,
  clock: Clock,
  claims: Claims,
  roles: readonly Role[],
): Promise<string> {
  const { id } = await createPerson(trx, clock, { displayName: displayNameOf(claims), roles });
  await trx
    .insertInto('oidc_identities')
    .values({ issuer: claims.iss, subject: claims.sub, person_id: id, created_at: clock.now() })
    .execute();
  return id;
}

async function mapRoles(
  trx: Transaction,
  clock: Clock,
  personId: string,
  { before, roles }: { readonly before: readonly string[]; readonly roles: readonly Role[] },
): Promise<void> {
  const actor = { kind: 'system', part: 'access' } as const;
  await trx
    .updateTable('people')
    .set({ roles: [...roles] })
    .where('id', '=', personId)
    .execute();
  await record(trx, {
    type: 'person.roles-changed',
    at: clock.now(),
    actor,
    payload: { personId, before: [...before], after: [...roles], because: 'organization' },
  });
  await endLoneSignature(trx, clock);
  await endSessions(trx, clock, actor, { personId, because: 'roles-changed' });
}

function displayNameOf(claims: Claims): string {
  const said = [claims['name'], claims['preferred_username']].find(
    (name): name is string => typeof name === 'string' && name.trim() !== '',
  );
  return (said ?? 'Somebody of the organization').replaceAll('\0', '').trim().slice(0, 200);
}
