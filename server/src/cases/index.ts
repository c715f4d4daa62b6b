export { assignCase } from './assignment.ts';
export {
  closeCase,
  joinOrOpenCase,
  lockCase,
  reweighCase,
  type Joining,
  type ReportedFacts,
} from './cases.ts';
export { bringForward } from './bring-forward.ts';
export { accountsOfCase, groupPage, type CaseAccount, type GroupPage } from './dossier.ts';
export {
  addExhibit,
  addSignals,
  examinationOf,
  examinedAgain,
  exhibitById,
  exhibitsOfCase,
  screenExhibit,
  sealedObjectOf,
  sealMedia,
  signalsOfCase,
  withOriginal,
  type SealedMedia,
} from './exhibits.ts';
export { mediaTypeOf } from './media-type.ts';
export { priorityOf } from './priority.ts';
export { caseSummary, pageOfCases, type CaseSummaryRow } from './queue.ts';
export { noteAccounts, noteGroup, noteMemberships, setAccountPicture, setGroupPicture } from './subjects.ts';
export type {
  AccountRow,
  CaseRow,
  ExhibitOrigin,
  ExhibitsTable,
  GroupRow,
  SignalsTable,
  VerdictKind,
} from './tables.ts';
export { pageOfTimeline, type TimelineRow } from './timeline.ts';
