/** Names of what a case is about, the same wherever they appear. */
import type { AccountSubject, CaseDetail } from '@breakwater/server/contract';

export function groupName(group: CaseDetail['group']): string {
  return group.name ?? `Group ${group.externalId}`;
}

export function accountName({ displayName, handle, externalId }: AccountSubject): string {
  return displayName ?? handle ?? externalId;
}

/** `Exhibit 2`: numbered in the order of the case. */
export function exhibitName(found: CaseDetail, exhibitId: string): string {
  return `Exhibit ${found.exhibitList.findIndex(({ id }) => id === exhibitId) + 1}`;
}
