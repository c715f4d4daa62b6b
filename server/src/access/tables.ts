export interface PeopleTable {
  id: string;
  display_name: string;
  roles: string[];
  created_at: Date;
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
}

declare module '../foundation/database.ts' {
  interface Tables {
    people: PeopleTable;
    sign_in_links: SignInLinksTable;
    sessions: SessionsTable;
    services: ServicesTable;
    service_keys: ServiceKeysTable;
  }
}
