import type { Permission } from './permissions.ts';

interface KindEntry {
  readonly title: string;
  /** What the second person must hold beside `approvals.give`: nobody signs what they may not see. */
  readonly permission: Permission;
  /** Up to so many at once need no second person; only where it says so. */
  readonly threshold?: number;
  /** Never to be switched off. */
  readonly fixed?: true;
}

/** Everything that can need a second person. All of it does until somebody says otherwise, with a second signature. */
export const APPROVAL_KINDS = {
  'exhibits.destroy': { title: 'Destroying exhibits', permission: 'exhibits.destroy' },
  'originals.export': { title: 'Exporting originals', permission: 'cases.export' },
  'retention.change': { title: 'Changing how long evidence is kept', permission: 'retention.change' },
  'accounts.ban-many': { title: 'Banning many accounts at once', permission: 'cases.read', threshold: 10 },
  'hash-lists.add-to-shared': { title: 'Adding to a shared hash list', permission: 'hash-lists.read' },
  'hash-lists.share': { title: 'Sharing a hash list, or ending it', permission: 'hash-lists.read' },
  'people.give-role': {
    title: 'Giving the role of reviewer, lead or administrator',
    permission: 'people.read',
  },
  'two-person.change': {
    title: 'Loosening what needs two people',
    permission: 'people.read',
    fixed: true,
  },
} as const satisfies Record<string, KindEntry>;

export type ApprovalKind = keyof typeof APPROVAL_KINDS;

export function isApprovalKind(kind: string): kind is ApprovalKind {
  return Object.hasOwn(APPROVAL_KINDS, kind);
}

/** What the table says of a kind. */
export function approvalKind(kind: ApprovalKind): KindEntry {
  return APPROVAL_KINDS[kind];
}
