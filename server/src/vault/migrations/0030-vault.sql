-- Sealed objects of the vault. `content_key` is a keyed hash of the content: it finds duplicates, and without the
-- installation's key it says nothing about what the content is, so that the store is no hash list.
CREATE TABLE vault_objects (
  id uuid PRIMARY KEY,
  content_key bytea NOT NULL CONSTRAINT vault_objects_content_unique UNIQUE,
  bytes bigint NOT NULL,
  sealed_at timestamptz NOT NULL
);
