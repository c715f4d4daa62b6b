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
  /** BCP 47, as far as it is known. */
  language: Generated<string | null>;
  created_at: Generated<Date | null>;
  /** Seen to be gone from the service. */
  removed_at: Generated<Date | null>;
  last_seen_at: Generated<Date | null>;
}

export interface AccountsTable {
  id: string;
  service_id: string;
  external_id: string;
  handle: string | null;
  display_name: string | null;
  picture_exhibit_id: string | null;
  first_seen_at: Date;
  /** ISO 3166-1 alpha-2. */
  country: Generated<string | null>;
  kind: Generated<'person' | 'bot'>;
  /** Seen to be suspended or banned on the service. */
  suspended_at: Generated<Date | null>;
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
export type GroupRow = Selectable<GroupsTable>;
export type AccountRow = Selectable<AccountsTable>;

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

export type Role = 'owner' | 'admin' | 'member';
export type Surface = 'name' | 'description' | 'visibility' | 'handle' | 'display-name' | 'picture';

/** A picture of a surface by its fingerprints; an exhibit only if it matched or could not be scanned. */
export interface SurfacePicturesTable {
  id: string;
  service_id: string;
  sha256: string;
  pdq: string | null;
  quality: number | null;
  looks: Look[];
  verdict: 'match' | 'no-match' | 'unscanned';
  unscanned_reason: string | null;
  lists_version: number;
  exhibit_id: string | null;
  first_seen_at: Date;
}

/** That a surface of a group or an account became another, when, and by whom. */
export interface SurfaceChangesTable {
  id: Generated<number>;
  service_id: string;
  group_id: string | null;
  account_id: string | null;
  surface: Surface;
  value: string | null;
  picture_id: string | null;
  changed_at: Date;
  changed_by: string | null;
  learned_at: Date;
  learned_from: 'event' | 'user-report' | 'look';
}

export interface MembershipChangesTable {
  id: Generated<number>;
  group_id: string;
  account_id: string;
  change: 'joined' | 'left' | 'role';
  role: Role | null;
  changed_at: Date;
  changed_by: string | null;
  learned_at: Date;
}

export interface GroupCountsTable {
  id: Generated<number>;
  group_id: string;
  counted_at: Date;
  what: 'members' | 'members-by-country' | 'content';
  label: string;
  count: number;
  counted_by: { kind: string; id: string };
  learned_at: Date;
}

declare module '../foundation/database.ts' {
  interface Tables {
    groups: GroupsTable;
    surface_pictures: SurfacePicturesTable;
    surface_changes: SurfaceChangesTable;
    membership_changes: MembershipChangesTable;
    group_counts: GroupCountsTable;
    group_links: { from_group_id: string; to_group_id: string; first_seen_at: Date; last_seen_at: Date };
    case_links: {
      case_id: string;
      other_case_id: string;
      kind: 'came-back' | 'same-ring';
      because: Record<string, unknown>;
      linked_at: Date;
    };
    accounts: AccountsTable;
    memberships: {
      group_id: string;
      account_id: string;
      role: Role;
      joined_at: Date | null;
      left_at: Date | null;
      last_posted_at: Generated<Date | null>;
    };
    cases: CasesTable;
    case_accounts: { case_id: string; account_id: string; sent_reported_message: boolean; reporter: boolean };
    exhibits: ExhibitsTable;
    signals: SignalsTable;
  }
}
