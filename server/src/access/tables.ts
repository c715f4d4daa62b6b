import type { Generated } from 'kysely';
import type { ApprovalKind } from './approval-kinds.ts';
import type { ServiceScope } from './service-scopes.ts';

export interface PeopleTable {
  id: string;
  display_name: string;
  roles: string[];
  created_at: Date;
  deactivated_at: Generated<Date | null>;
}

interface SignInLinksTable {
  token_hash: Buffer;
  person_id: string;
  expires_at: Date;
}

interface SessionsTable {
  token_hash: Buffer;
  person_id: string;
  created_at: Date;
  expires_at: Date;
}

export interface ServicesTable {
  id: string;
  slug: string;
  name: string;
  demo: boolean;
  created_at: Date;
}

export interface ServiceKeysTable {
  id: string;
  service_id: string;
  key_hash: Buffer;
  hint: string;
  label: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  scopes: ServiceScope[];
  expires_at: Date | null;
  requests_a_minute: number | null;
  replaced_by: string | null;
}

interface ExclusionsTable {
  id: string;
  person_id: string;
  case_id: string | null;
  group_id: string | null;
  account_id: string | null;
  service_id: string | null;
  reason: string;
  set_by: string;
  set_at: Date;
  lifted_at: Date | null;
}

export interface ApprovalsTable {
  id: string;
  kind: ApprovalKind;
  payload: unknown;
  reason: string;
  subject: string;
  case_id: string | null;
  requested_by: string;
  requested_at: Date;
  expires_at: Date;
  state: ApprovalState;
  concluded_by: string | null;
  concluded_at: Date | null;
  note: string | null;
  result: unknown;
}

export type ApprovalState = 'waiting' | 'approved' | 'refused' | 'withdrawn' | 'expired' | 'waived';

declare module '../foundation/database.ts' {
  interface Tables {
    people: PeopleTable;
    sign_in_links: SignInLinksTable;
    sessions: SessionsTable;
    services: ServicesTable;
    service_keys: ServiceKeysTable;
    migrated_roles: { person_id: string; roles_before: string[]; roles_after: string[] };
    restricted_cases: { case_id: string; restricted_at: Date };
    case_access: { case_id: string; person_id: string };
    exclusions: ExclusionsTable;
    approvals: ApprovalsTable;
    two_person_rules: { kind: string; required: boolean; threshold: number | null };
    lone_signature: { singleton: Generated<boolean>; allowed: boolean };
  }
}
