-- What a scrub found amiss, until it is in order again.
CREATE TABLE vault_findings (
  id uuid PRIMARY KEY,
  -- missing, corrupt: of an object that has a row. orphaned: a sealed object without one. unexpected: anything else.
  kind text NOT NULL CHECK (kind IN ('missing', 'corrupt', 'orphaned', 'unexpected')),
  stored_as text NOT NULL,
  object_id uuid,
  found_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_how text
);
CREATE UNIQUE INDEX vault_findings_open ON vault_findings (stored_as) WHERE resolved_at IS NULL;

CREATE TABLE vault_scrubs (
  id uuid PRIMARY KEY,
  extent text NOT NULL CHECK (extent IN ('sample', 'all')),
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  verified integer NOT NULL,
  -- How many of them were opened as well, which only a machine with the identity can.
  opened integer NOT NULL,
  found integer NOT NULL,
  swept integer NOT NULL
);
CREATE INDEX vault_scrubs_finished ON vault_scrubs (finished_at);
