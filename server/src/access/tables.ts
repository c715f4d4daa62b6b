export interface PeopleTable {
  id: string;
  display_name: string;
  roles: string[];
  created_at: Date;
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
}

declare module '../foundation/database.ts' {
  interface Tables {
    people: PeopleTable;
    services: ServicesTable;
    service_keys: ServiceKeysTable;
  }
}
