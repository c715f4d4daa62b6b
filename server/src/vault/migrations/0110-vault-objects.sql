-- What the vault knows of each sealed object. Objects of before have NULL: their name in the store is their id, they are
-- sealed to the installation's own recipient, and what the sealed bytes hash to is noted when they are next opened.
ALTER TABLE vault_objects
  -- Its name in the store, when it is not its id: another copy has taken the place of one that was lost or damaged.
  ADD COLUMN stored_as text UNIQUE,
  -- Of the sealed bytes: tells without opening them whether they are as they were. Says nothing about the content.
  ADD COLUMN sealed_sha256 bytea CHECK (length(sealed_sha256) = 32),
  ADD COLUMN sealed_bytes bigint,
  -- Fingerprints (SHA-256, in hex) of the recipients that can open it.
  ADD COLUMN sealed_to text[],
  ADD COLUMN verified_at timestamptz;
CREATE INDEX vault_objects_verified ON vault_objects (coalesce(verified_at, sealed_at), id);
