export { applyHashLists } from './apply-hash-lists.ts';
export { examineAgain, examineWhatHadNoDecoder } from './examine-again.ts';
export { openCaseForUserReport, screenUserReport } from './follow-up.ts';
export {
  receiptOf,
  userReportCounts,
  userReportsOfCase,
  type Receipt,
  type UserReportOfCase,
} from './read.ts';
export { receiveUserReport, type Received } from './receive.ts';
export type { UserReport } from './user-report.ts';
