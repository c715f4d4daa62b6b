import type { DeskPerson, RoleDescription } from '@breakwater/server/contract';

/** Whether somebody is here and has a role that reads cases. */
export function mayKnow(person: DeskPerson, roles: readonly RoleDescription[]): boolean {
  return (
    person.deactivatedAt === null &&
    roles.some(
      (role) => person.roles.includes(role.id) && role.permissions.some(({ id }) => id === 'cases.read'),
    )
  );
}
