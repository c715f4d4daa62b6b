export type FindingKind = 'missing' | 'corrupt' | 'orphaned' | 'unexpected';

export interface VaultObjectsTable {
  id: string;
  content_key: Buffer;
  bytes: number;
  sealed_at: Date;
  stored_as: string | null;
  sealed_sha256: Buffer | null;
  sealed_bytes: number | null;
  sealed_to: string[] | null;
  verified_at: Date | null;
  /**
   * Header of the age file, with the wrapped key; the payload alone is in the store. Erasing the row makes every copy of
   * the payload unreadable. Null for what was sealed before it lay here: there the store has all of the file.
   */
  header: Buffer | null;
}

export interface VaultFindingsTable {
  id: string;
  kind: FindingKind;
  stored_as: string;
  object_id: string | null;
  found_at: Date;
  seen_at: Date;
  resolved_at: Date | null;
  resolved_how: string | null;
}

export interface VaultScrubsTable {
  id: string;
  extent: 'sample' | 'all';
  started_at: Date;
  finished_at: Date;
  verified: number;
  opened: number;
  found: number;
  swept: number;
}

declare module '../foundation/database.ts' {
  interface Tables {
    vault_objects: VaultObjectsTable;
    vault_findings: VaultFindingsTable;
    vault_scrubs: VaultScrubsTable;
  }
}

/** The name of an object in the store. */
export function storedAs(row: Pick<VaultObjectsTable, 'id' | 'stored_as'>): string {
  return row.stored_as ?? row.id;
}
