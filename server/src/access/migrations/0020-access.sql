CREATE TABLE people (
  id uuid PRIMARY KEY,
  display_name text NOT NULL,
  roles text[] NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE sign_in_links (
  token_hash bytea PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people,
  expires_at timestamptz NOT NULL
);

CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE services (
  id uuid PRIMARY KEY,
  slug text NOT NULL CONSTRAINT services_slug_unique UNIQUE,
  name text NOT NULL,
  demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);

CREATE TABLE service_keys (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  key_hash bytea NOT NULL UNIQUE,
  hint text NOT NULL,
  label text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX service_keys_of_service ON service_keys (service_id);
