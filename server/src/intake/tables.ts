export interface UserReportsTable {
  id: string;
  service_id: string;
  idempotency_key: string;
  body_hash: Buffer;
  status: 'received' | 'screened' | 'in-case';
  case_id: string | null;
  group_id: string;
  reporter_id: string | null;
  reason: string;
  comment: string | null;
  content_visibility: 'public' | 'private';
  authenticity: 'server-verified' | 'franked' | 'unverified';
  occurred_at: Date;
  received_at: Date;
}

export interface ReportedMessagesTable {
  user_report_id: string;
  ordinal: number;
  external_id: string;
  reported: boolean;
  sender_id: string;
  sent_at: Date;
  text: string | null;
}

export interface UserReportExhibitsTable {
  user_report_id: string;
  exhibit_id: string;
  part: string;
  message_ordinal: number | null;
}

declare module '../foundation/database.ts' {
  interface Tables {
    user_reports: UserReportsTable;
    reported_messages: ReportedMessagesTable;
    user_report_exhibits: UserReportExhibitsTable;
  }
}
