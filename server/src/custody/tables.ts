import type { Generated } from 'kysely';
import type { Actor } from '../ledger/index.ts';
import type { Certificate } from './certificate.ts';
import type { DeskRules } from './desk-rules.ts';
import type { Reason } from './terms.ts';

export interface PreservationTermsTable {
  artefact: 'exhibit' | 'report';
  artefact_id: string;
  case_id: string | null;
  preserve_until: Date | null;
  because: Reason[];
  /** Fingerprint of the rules that it was computed by. */
  rules: string;
  computed_at: Date;
}

export interface LegalHoldsTable {
  id: string;
  case_id: string | null;
  exhibit_id: string | null;
  ground: string;
  reference: string | null;
  why: string;
  placed_by: Actor;
  placed_at: Date;
  renew_by: Date | null;
  released_by: Actor | null;
  released_at: Date | null;
  release_why: string | null;
}

export interface DestructionsTable {
  id: string;
  exhibit_id: string;
  case_id: string | null;
  sha256: string;
  bytes: number;
  ground: 'term-ended' | 'authority-request';
  reference: string | null;
  why: string;
  basis: Reason[];
  ordered_by: Actor;
  /** Whose second signature it bears; null where one person acted alone. */
  approved_by: Actor | null;
  ordered_at: Date;
  status: 'ordered' | 'erased' | 'destroyed' | 'halted';
  halted_because: string | null;
  /** Name of the sealed bytes that go with it; null where another exhibit needs them. */
  stored_as: string | null;
  key_erased_at: Date | null;
  destroyed_at: Date | null;
  event_id: string | null;
  certificate: Certificate | null;
}

export interface CaseExportsTable {
  id: string;
  case_id: string;
  recipient: string;
  why: string;
  links: 'withheld' | 'included';
  ordered_by: Actor;
  approved_by: Actor | null;
  /** Ids of the exhibits that may leave with it; null for one from before they were kept. */
  exhibits: string[] | null;
  ordered_at: Date;
  /** Of the package that was written last. */
  manifest_sha256: string | null;
  completed_at: Date | null;
}

declare module '../foundation/database.ts' {
  interface Tables {
    retention_policies: {
      id: string;
      number: Generated<number>;
      rules: DeskRules;
      set_by: Actor;
      set_at: Date;
    };
    preservation_terms: PreservationTermsTable;
    clock_watch: {
      one: Generated<boolean>;
      believed_at: Date;
      confirmed_inserted: Generated<number>;
      problem: 'behind' | 'jumped' | null;
    };
    legal_holds: LegalHoldsTable;
    destructions: DestructionsTable;
    case_exports: CaseExportsTable;
  }
}
