-- The Merkle tree takes the place of the chain. Each link becomes the leaf of its place: what it commits to stays the same.
CREATE TABLE ledger_leaves (
  index bigint PRIMARY KEY CHECK (index >= 0),
  event_id uuid NOT NULL UNIQUE,
  commitment bytea NOT NULL CHECK (length(commitment) = 32)
);
INSERT INTO ledger_leaves (index, event_id, commitment)
  SELECT position - 1, event_id, commitment FROM ledger_chain ORDER BY position;
-- ledger_chain stays as it was, so that what it showed can still be shown. Nothing is added to it any more.

-- Full tiles only (C2SP tlog-tiles): a partial one is made of the leaves, or of the roots of the level below.
CREATE TABLE ledger_tiles (
  level smallint NOT NULL CHECK (level >= 0),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) = 8192),
  root bytea NOT NULL CHECK (length(root) = 32),
  PRIMARY KEY (level, index)
);
-- Hashes do not compress.
ALTER TABLE ledger_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Signed heads of the tree, as notes.
CREATE TABLE ledger_checkpoints (
  size bigint PRIMARY KEY CHECK (size > 0),
  note text NOT NULL,
  signed_at timestamptz NOT NULL
);

-- What witnesses answered, line by line.
CREATE TABLE ledger_cosignatures (
  size bigint NOT NULL REFERENCES ledger_checkpoints (size),
  line text NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (size, line)
);

CREATE TRIGGER ledger_leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaves
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_tiles_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_tiles
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_cosignatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_cosignatures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The sequencer takes what waits in the order in which it came.
ALTER TABLE events_unsequenced DROP CONSTRAINT events_unsequenced_pkey, ADD PRIMARY KEY (inserted);

-- The content of an event can be erased. Nothing else about it can change, not even by the owner of the table.
ALTER TABLE events ALTER COLUMN payload DROP NOT NULL, ALTER COLUMN salt DROP NOT NULL,
  ADD CONSTRAINT events_content_whole CHECK ((payload IS NULL) = (salt IS NULL));
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.payload IS NULL AND NEW.salt IS NULL
    AND (NEW.id, NEW.at, NEW.type, NEW.actor, NEW.inserted) = (OLD.id, OLD.at, OLD.type, OLD.actor, OLD.inserted)
    AND NEW.case_id IS NOT DISTINCT FROM OLD.case_id
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
DROP TRIGGER events_append_only ON events;
CREATE TRIGGER events_append_only BEFORE DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_only_erased BEFORE UPDATE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();

-- The one way by which the program, which may not update events, erases content: with the rights of the owner, of events
-- that are in the tree, so that their commitment stays, and never of the record of an erasure. Returns whose it erased.
CREATE FUNCTION erase_event_content(ids uuid[]) RETURNS SETOF uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE events SET payload = NULL, salt = NULL
  WHERE id = ANY (ids) AND payload IS NOT NULL AND type <> 'ledger.content-erased'
    AND EXISTS (SELECT FROM ledger_leaves WHERE event_id = events.id)
  RETURNING id
$$;
REVOKE ALL ON FUNCTION erase_event_content(uuid[]) FROM PUBLIC;
