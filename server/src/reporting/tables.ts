import type { Generated, Selectable } from 'kysely';

export type Environment = 'sandbox' | 'test' | 'production' | 'unconfigured';
export type ReportStatus = 'queued' | 'filing' | 'waiting' | 'filed' | 'failed';
export type StepName = 'submit' | 'upload' | 'fileinfo' | 'finish' | 'retract';

export interface ReportsTable {
  id: string;
  decision_id: string;
  case_id: string;
  authority: 'ncmec-cybertipline';
  environment: Environment;
  incident_type: string;
  status: ReportStatus;
  external_id: string | null;
  failures: number;
  problem: string | null;
  filed_by: string;
  created_at: Date;
  filed_at: Date | null;
}

export interface ReportFilesTable {
  report_id: string;
  exhibit_id: string;
  ordinal: number;
  industry_classification: 'A1' | 'A2' | 'B1' | 'B2' | null;
  file_id: string | null;
  described: boolean;
  viewed_in_full: boolean | null;
}

interface ReportStepsTable {
  id: Generated<number>;
  report_id: string;
  step: StepName;
  exhibit_id: string | null;
  external_id: string | null;
  outcome: 'under-way' | 'done' | 'failed' | 'in-doubt';
  settled: boolean;
  detail: string | null;
  started_at: Date;
  finished_at: Date | null;
}
export type ReportStepRow = Selectable<ReportStepsTable>;

declare module '../foundation/database.ts' {
  interface Tables {
    reports: ReportsTable;
    report_files: ReportFilesTable;
    report_steps: ReportStepsTable;
  }
}
