export { closeCase, joinOrOpenCase, lockCase, type Joining, type ReportedFacts } from './cases.ts';
export { accountsOfCase, groupPage, type CaseAccount, type GroupPage } from './dossier.ts';
export {
  addExhibit,
  exhibitById,
  exhibitsOfCase,
  screenExhibit,
  sealedObjectOf,
  sealMedia,
  signalsOfCase,
  type SealedMedia,
} from './exhibits.ts';
export { priorityOf } from './priority.ts';
export { caseSummary, pageOfCases, type CaseSummaryRow } from './queue.ts';
export { noteAccounts, noteGroup, noteMemberships, setAccountPicture, setGroupPicture } from './subjects.ts';
export type {
  CaseRow,
  ExhibitOrigin,
  ExhibitsTable,
  GroupsTable,
  SignalsTable,
  VerdictKind,
} from './tables.ts';
export { pageOfTimeline, type TimelineRow } from './timeline.ts';
