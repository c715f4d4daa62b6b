export {
  createPerson,
  createSignInToken,
  findSession,
  firstPerson,
  signIn,
  signOut,
  type Person,
  type Session,
} from './people.ts';
export { PERMISSIONS, permissionsOf, requirePermission, type Permission, type Role } from './permissions.ts';
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
