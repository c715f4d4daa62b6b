import type { Approval, DeskPerson, Exclusion, RoleDescription } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';

export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: ({ signal }) => call<{ items: DeskPerson[]; roles: RoleDescription[] }>('/v1/people', { signal }),
});

export const exclusionsQuery = queryOptions({
  queryKey: keys.exclusions,
  queryFn: ({ signal }) => call<{ items: Exclusion[] }>('/v1/exclusions', { signal }),
});

/** Gives and takes roles; what comes back is a request where a second person has to sign. */
export function changeRoles(
  personId: string,
  roles: string[],
  reason: string,
): Promise<DeskPerson | Approval> {
  return call(`${at(personId)}/roles`, { method: 'PUT', json: { roles, reason } });
}

export function deactivate(personId: string): Promise<DeskPerson> {
  return call(`${at(personId)}/deactivation`, { method: 'POST' });
}

export function reactivate(personId: string): Promise<DeskPerson> {
  return call(`${at(personId)}/deactivation`, { method: 'DELETE' });
}

export type ExclusionTarget = { kind: 'case' | 'group' | 'account' | 'service'; id: string };

export function exclude(personId: string, target: ExclusionTarget, reason: string): Promise<void> {
  return call('/v1/exclusions', { method: 'POST', json: { personId, target, reason } });
}

export function liftExclusion(exclusionId: string): Promise<void> {
  return call(`/v1/exclusions/${encodeURIComponent(exclusionId)}`, { method: 'DELETE' });
}

function at(personId: string): string {
  return `/v1/people/${encodeURIComponent(personId)}`;
}
