export * from './identity/index.ts';
export { createPerson, firstPerson, type Person } from './people.ts';
export {
  PERMISSIONS,
  ROLES,
  permissionsOf,
  requirePermission,
  type Permission,
  type Role,
} from './permissions.ts';
export {
  authenticateService,
  bootstrapServiceKey,
  createService,
  createServiceKey,
  listServiceKeys,
  listServices,
  revokeServiceKey,
  serviceBySlug,
  type ServiceIdentity,
} from './services.ts';
export type { ServiceKeysTable, ServicesTable } from './tables.ts';
