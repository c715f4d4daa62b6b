export {
  changeRoles,
  deactivatePerson,
  giveRoles,
  listPeople,
  personById,
  reactivatePerson,
  recordMigratedRoles,
  type PersonRow,
} from './administration.ts';
export { APPROVAL_KINDS, approvalKind, isApprovalKind, type ApprovalKind } from './approval-kinds.ts';
export {
  approvalById,
  approvalsToSign,
  pageOfApprovals,
  waitingApprovals,
  type ApprovalRow,
  type ApprovalView,
} from './approval-list.ts';
export { withSecondPerson, type ApprovalPayloads, type Outcome } from './approval-request.ts';
export {
  createApprovals,
  maySign,
  stateAt,
  type Approvals,
  type Executor,
  type Executors,
  type Signed,
} from './approvals.ts';
export {
  excludePerson,
  liftExclusion,
  listExclusions,
  type ExclusionRow,
  type ExclusionTarget,
} from './exclusions.ts';
export { createKeyRates, KeyRateError } from './key-rates.ts';
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
export {
  isRole,
  PERMISSIONS,
  PERMISSION_WORDS,
  permissionsOf,
  requirePermission,
  ROLE_TABLE,
  ROLES,
  ROLES_GIVEN_BY_TWO,
  rolesWith,
  type Permission,
  type Role,
} from './permissions.ts';
export { accessOfCase, restrictCase } from './restrictions.ts';
export { ALL_SERVICE_SCOPES, SERVICE_SCOPES, type ServiceScope } from './service-scopes.ts';
export {
  authenticateService,
  bootstrapServiceKey,
  createService,
  createServiceKey,
  listServiceKeys,
  listServices,
  revokeServiceKey,
  rotateServiceKey,
  serviceBySlug,
  type KeyTerms,
  type ServiceIdentity,
} from './services.ts';
export type { ApprovalState, ServiceKeysTable, ServicesTable } from './tables.ts';
export { changeTwoPersonRule, loosenTwoPersonRule } from './two-person-changes.ts';
export {
  endLoneSignature,
  loneSignatureAllowed,
  signers,
  twoPersonRules,
  type TwoPersonRule,
} from './two-person-rules.ts';
export { isVisible, requireVisible, visibleTo, type ThingOfCase, type Viewer } from './visibility.ts';
