-- A shared list goes to others, who act on it unseen: what comes onto it needs two people.
ALTER TABLE hash_lists ADD COLUMN shared boolean NOT NULL DEFAULT false;

-- An import that waits for its second signature.
CREATE TABLE staged_imports (
  id uuid NOT NULL,
  ordinal integer NOT NULL,
  fingerprint text NOT NULL,
  value bytea NOT NULL,
  external_id text,
  label text,
  threshold smallint,
  PRIMARY KEY (id, ordinal)
);
