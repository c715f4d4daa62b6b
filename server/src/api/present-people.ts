/** People, roles and exclusions in the shapes of the contract. */
import {
  PERMISSION_WORDS,
  ROLE_TABLE,
  ROLES,
  ROLES_GIVEN_BY_TWO,
  type ExclusionRow,
  type PersonRow,
} from '../access/index.ts';
import type * as contract from './contract/index.ts';
import { iso } from './present.ts';

export function presentPerson(row: PersonRow): contract.DeskPerson {
  return {
    id: row.id,
    displayName: row.display_name,
    roles: row.roles,
    createdAt: row.created_at.toISOString(),
    deactivatedAt: iso(row.deactivated_at),
  };
}

export function presentRoles(): contract.RoleDescription[] {
  return ROLES.map((id) => {
    const { title, duty, permissions } = ROLE_TABLE[id];
    return {
      id,
      title,
      duty,
      permissions: permissions.map((permission) => ({ id: permission, words: PERMISSION_WORDS[permission] })),
      givenByTwo: ROLES_GIVEN_BY_TWO.includes(id),
    };
  });
}

export function presentExclusion(row: ExclusionRow): contract.Exclusion {
  return {
    id: row.id,
    person: { id: row.person_id, displayName: row.person_name },
    target: { kind: row.target_kind, id: row.target_id, label: row.target_label },
    reason: row.reason,
    setBy: row.set_by_name,
    setAt: row.set_at.toISOString(),
  };
}
