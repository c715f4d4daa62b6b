CREATE TABLE hash_lists (
  id uuid PRIMARY KEY,
  slug text NOT NULL CONSTRAINT hash_lists_slug_unique UNIQUE,
  name text NOT NULL,
  source text,
  demo boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL
);

CREATE TABLE hash_list_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list_id uuid NOT NULL REFERENCES hash_lists ON DELETE CASCADE,
  fingerprint text NOT NULL CHECK (fingerprint IN ('pdq', 'md5', 'sha1', 'sha256')),
  value bytea NOT NULL,
  external_id text,
  label text,
  threshold smallint CHECK (threshold BETWEEN 0 AND 256),
  added_at timestamptz NOT NULL,
  CONSTRAINT hash_list_entries_once UNIQUE (list_id, fingerprint, value)
);

-- Changed with every change, so that whoever holds the lists in memory knows when to read them again. From a sequence,
-- whose numbers do not come back when a transaction is rolled back: one version never stands for two states.
CREATE SEQUENCE hash_lists_versions;
CREATE TABLE hash_lists_version (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), version bigint NOT NULL);
INSERT INTO hash_lists_version (version) VALUES (nextval('hash_lists_versions'));
