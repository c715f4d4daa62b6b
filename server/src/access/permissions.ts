import { CodedError } from '../foundation/index.ts';

/** Everything that a person can be allowed to do, in plain words. Checked in one place: `requirePermission`. */
export const PERMISSION_WORDS = {
  'queue.read': 'see the queue of cases, without what is in them',
  'cases.read': 'read cases, their dossiers, messages and timeline',
  'cases.decide': 'rule on a case',
  'cases.assign': 'assign cases to others',
  'cases.restrict': 'restrict a case to named people',
  'cases.export': 'ask for the originals of a case to be exported',
  'exhibits.preview': 'see exhibits small, gray and blurred',
  'exhibits.reveal': 'reveal an exhibit, under their name',
  'exhibits.hold': 'put exhibits under legal hold and release them',
  'exhibits.destroy': 'ask for exhibits to be destroyed',
  'reports.read': 'read reports to authorities',
  'reports.file': 'file reports with authorities',
  'deliveries.read': 'read what was sent to services',
  'deliveries.retry': 'send a delivery again',
  'hash-lists.read': 'read hash lists',
  'hash-lists.change': 'import, share and remove hash lists',
  'services.read': 'read services and what their keys may do',
  'services.change': 'add services, make and revoke keys, set webhooks',
  'people.read': 'see who works here and in which roles',
  'people.change': 'give and take roles, deactivate people',
  'people.exclude': 'exclude people from what they have an interest in',
  'approvals.give': 'give the second signature, on what they may see',
  'approvals.configure': 'say what needs a second signature',
  'retention.change': 'change how long evidence is kept',
  'ledger.read': 'read the ledger',
  'ledger.export': 'export the ledger',
  'counts.read': 'see the counts of the desk',
  'workspace.change': 'change the desk as a whole, such as removing the demo',
} as const;

export type Permission = keyof typeof PERMISSION_WORDS;
export const PERMISSIONS = Object.keys(PERMISSION_WORDS) as readonly Permission[];

export const ROLES = [
  'intake',
  'analyst',
  'reviewer',
  'reporting-officer',
  'lead',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

interface RoleEntry {
  readonly title: string;
  /** Whom it is for, in one sentence. */
  readonly duty: string;
  readonly permissions: readonly Permission[];
}

/** Who has which duty. Duties are apart so that nobody holds all the keys; a person may have several roles. */
export const ROLE_TABLE: Readonly<Record<Role, RoleEntry>> = {
  intake: {
    title: 'Intake',
    duty: 'Sees what comes in and where it stands, and no media.',
    permissions: ['queue.read', 'services.read'],
  },
  analyst: {
    title: 'Analyst',
    duty: 'Works on cases and dossiers; sees exhibits blurred only.',
    permissions: [
      'queue.read',
      'cases.read',
      'exhibits.preview',
      'reports.read',
      'deliveries.read',
      'hash-lists.read',
      'services.read',
    ],
  },
  reviewer: {
    title: 'Reviewer',
    duty: 'Reveals exhibits where needed, and decides.',
    permissions: [
      'queue.read',
      'cases.read',
      'cases.decide',
      'exhibits.preview',
      'exhibits.reveal',
      'reports.read',
      'deliveries.read',
      'hash-lists.read',
      'services.read',
    ],
  },
  'reporting-officer': {
    title: 'Reporting officer',
    duty: 'Files reports with authorities.',
    permissions: ['queue.read', 'cases.read', 'reports.read', 'reports.file', 'services.read'],
  },
  lead: {
    title: 'Lead',
    duty: 'Assigns, restricts, gives the second signature, and watches over quality.',
    permissions: [
      'queue.read',
      'cases.read',
      'cases.assign',
      'cases.restrict',
      'cases.export',
      'exhibits.preview',
      'exhibits.hold',
      'exhibits.destroy',
      'reports.read',
      'deliveries.read',
      'deliveries.retry',
      'hash-lists.read',
      'services.read',
      'people.read',
      'people.exclude',
      'approvals.give',
      'retention.change',
      'ledger.read',
    ],
  },
  auditor: {
    title: 'Auditor',
    duty: 'Reads the ledger and the counts; no case and no media.',
    permissions: ['ledger.read', 'ledger.export', 'counts.read', 'people.read'],
  },
  administrator: {
    title: 'Administrator',
    duty: 'Sets the desk up: people, services, lists. Sees nothing of any case.',
    permissions: [
      'hash-lists.read',
      'hash-lists.change',
      'services.read',
      'services.change',
      'people.read',
      'people.change',
      'approvals.give',
      'approvals.configure',
      'retention.change',
      'workspace.change',
    ],
  },
};

/**
 * Roles that open media, give signatures or make others able to: they are given by two people. Otherwise one
 * administrator could make the second person that the rule asks for.
 */
export const ROLES_GIVEN_BY_TWO: readonly Role[] = ['reviewer', 'lead', 'administrator'];

export function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

/** What somebody with these roles may do. A role that is not known grants nothing. */
export function permissionsOf(roles: readonly string[]): Permission[] {
  return PERMISSIONS.filter((permission) =>
    ROLES.some((role) => roles.includes(role) && ROLE_TABLE[role].permissions.includes(permission)),
  );
}

/** The roles that grant a permission. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => ROLE_TABLE[role].permissions.includes(permission));
}

/** @throws {CodedError} BW-FORBIDDEN when none of the roles grants it. */
export function requirePermission(roles: readonly string[], permission: Permission): void {
  if (!permissionsOf(roles).includes(permission)) throw new CodedError('BW-FORBIDDEN');
}
