export { spanInWords } from './calendar.ts';
export { certificatePage, type Certificate } from './certificate.ts';
export { carryOutDestruction, resumeDestructions, type DestructionDeps } from './carry-out-destruction.ts';
export { clockProblem, confirmClock, watchClock, type ClockProblem } from './clock-watch.ts';
export {
  certificateOf,
  custodyOf,
  custodyStateOfCase,
  dueForDestruction,
  exportsOfCase,
  keyOf,
  namesOf,
  type CustodyEntry,
  type CustodyState,
  type DueExhibit,
} from './custody-record.ts';
export {
  changeRetentionOnceSigned,
  DEFAULT_RULES,
  deskRules,
  rulesInForce,
  setRules,
  type DeskRules,
} from './desk-rules.ts';
export { holdsOfCase, isHeldRefusal, placeHold, releaseHold, renewHold, type NewHold } from './holds.ts';
export { destroyOnceSigned, orderDestruction, type DestructionOrder } from './order-destruction.ts';
export { computeAllPreservation, computePreservation } from './preservation.ts';
export {
  BUILT_IN_PROFILES,
  HOLD_GROUNDS,
  mergeProfiles,
  retentionProfileFile,
  type HoldGround,
  type RetentionProfile,
} from './retention-profiles.ts';
export type {
  CaseExportsTable,
  DestructionsTable,
  LegalHoldsTable,
  PreservationTermsTable,
} from './tables.ts';
export type { Reason } from './terms.ts';
export { reviewPreservation, startCustodyWatch, watchClockAgain } from './watch.ts';
export { ledgerEventProofs, type EventProofs } from './export/event-proofs.ts';
export type { ExportDeps, PackageSink, WrittenPackage } from './export/export-case.ts';
export { exportOnceSigned, orderExport, type ExportOrder } from './export/order-export.ts';
export { verifyPackageAt, type PackageVerification } from './export/read-package.ts';
export { folderSink, zipSink } from './export/sinks.ts';
export { fetchedUntil, isOf, startPackage, type LeavingPackage } from './export/start-package.ts';
