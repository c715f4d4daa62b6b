import { CodedError } from '../foundation/index.ts';

/** Everything that a person can be allowed to do. Checked in one place: `requirePermission`. */
export const PERMISSIONS = [
  'cases.read',
  'exhibits.preview',
  'exhibits.reveal',
  'cases.decide',
  'reports.file',
  'reports.read',
  'deliveries.read',
  'deliveries.retry',
  'hash-lists.read',
  'hash-lists.change',
  'services.read',
  'services.change',
  'workspace.change',
  'exhibits.hold',
  'exhibits.destroy',
  'cases.export',
  'retention.change',
  'ledger.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['reviewer', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

const granted: Readonly<Record<Role, readonly Permission[]>> = {
  reviewer: [
    'cases.read',
    'exhibits.preview',
    'exhibits.reveal',
    'cases.decide',
    'reports.file',
    'reports.read',
    'deliveries.read',
    'hash-lists.read',
    'services.read',
    ...(['exhibits.hold', 'exhibits.destroy', 'cases.export'] as const),
    'ledger.read',
  ],
  administrator: [
    'deliveries.read',
    'deliveries.retry',
    'reports.read',
    'hash-lists.read',
    'hash-lists.change',
    'services.read',
    'services.change',
    'workspace.change',
    'retention.change',
    'ledger.read',
  ],
};

/** What somebody with these roles may do. A role that is not known grants nothing. */
export function permissionsOf(roles: readonly string[]): Permission[] {
  return PERMISSIONS.filter((permission) =>
    ROLES.some((role) => roles.includes(role) && granted[role].includes(permission)),
  );
}

/** @throws {CodedError} BW-FORBIDDEN when none of the roles grants it. */
export function requirePermission(roles: readonly string[], permission: Permission): void {
  if (!permissionsOf(roles).includes(permission)) throw new CodedError('BW-FORBIDDEN');
}
