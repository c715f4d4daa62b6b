import type { Generated, Selectable } from 'kysely';
import type { Look } from '../screening/index.ts';

export interface GroupsTable {
  id: string;
  service_id: string;
  external_id: string;
  name: string | null;
  description: string | null;
  visibility: 'public' | 'private' | null;
  picture_exhibit_id: string | null;
  first_seen_at: Date;
}

export interface AccountsTable {
  id: string;
  service_id: string;
  external_id: string;
  handle: string | null;
  display_name: string | null;
  picture_exhibit_id: string | null;
  first_seen_at: Date;
}

export interface CasesTable {
  id: string;
  number: Generated<number>;
  service_id: string;
  group_id: string;
  status: 'open' | 'closed';
  priority: number;
  priority_reasons: string[];
  opened_at: Date;
  updated_at: Date;
  closed_at: Date | null;
  assignee_id: Generated<string | null>;
}

export type CaseRow = Selectable<CasesTable>;

export type VerdictKind = 'pending' | 'match' | 'no-match' | 'unscanned';
export type ExhibitOrigin = 'group-picture' | 'account-picture' | 'message-attachment';

export interface ExhibitsTable {
  id: string;
  service_id: string;
  case_id: string | null;
  /** The sealed bytes; null once it is destroyed. */
  object_id: string | null;
  origin: ExhibitOrigin;
  ordinal: number;
  original_name: string | null;
  decoded_as: string | null;
  bytes: number;
  width: number | null;
  height: number | null;
  sha256: string;
  sha1: string;
  md5: string;
  pdq: string | null;
  quality: number | null;
  looks: Look[];
  frames: number | null;
  media_kind: 'picture' | 'video';
  seconds: number | null;
  warnings: string[];
  examinations: number;
  lists_version: number | null;
  verdict: VerdictKind;
  unscanned_reason: string | null;
  sealed_at: Date;
  destroyed_at: Date | null;
}

export interface SignalsTable {
  id: string;
  exhibit_id: string;
  list_id: string;
  list_slug: string;
  list_name: string;
  entry_id: number;
  entry_external_id: string | null;
  entry_label: string | null;
  fingerprint: string;
  distance: number;
  frame_seconds: number | null;
  query_percent: number | null;
  compared_percent: number | null;
  found_at: Date;
}

declare module '../foundation/database.ts' {
  interface Tables {
    groups: GroupsTable;
    group_names: { group_id: string; name: string; first_seen_at: Date };
    accounts: AccountsTable;
    memberships: {
      group_id: string;
      account_id: string;
      role: 'owner' | 'admin' | 'member';
      joined_at: Date | null;
      left_at: Date | null;
    };
    cases: CasesTable;
    case_accounts: { case_id: string; account_id: string; sent_reported_message: boolean; reporter: boolean };
    exhibits: ExhibitsTable;
    signals: SignalsTable;
  }
}
