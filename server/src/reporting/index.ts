export type { CyberTipline } from './authority.ts';
export { createCyberTiplineClient, incidentTypes, industryClassifications } from './cybertipline/index.ts';
export { fileReport, resumeReports, type FilingDeps } from './filing.ts';
export { queueReport, retryReport } from './queue-report.ts';
export {
  pageOfReports,
  reportPage,
  reportsInTrouble,
  reportsOfCase,
  type ReportPage,
  type ReportRow,
} from './read.ts';
export { startCyberTiplineSandbox, type CyberTiplineSandbox } from './sandbox/index.ts';
export type { Environment } from './tables.ts';
