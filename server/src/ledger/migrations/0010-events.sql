-- One row per business fact. Written in the transaction that changes the state; never updated, never deleted.
CREATE TABLE events (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  type text NOT NULL,
  actor jsonb NOT NULL,
  case_id uuid,
  payload jsonb NOT NULL,
  salt bytea NOT NULL CHECK (length(salt) = 16),
  inserted bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX events_of_case ON events (case_id, at, id) WHERE case_id IS NOT NULL;
CREATE INDEX events_inserted ON events (inserted);

-- The order in which the sequencer took the events in. It follows `inserted` but for transactions that overlap.
CREATE TABLE ledger_chain (
  position bigint PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  commitment bytea NOT NULL CHECK (length(commitment) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What waits for the sequencer is what has no position yet; this keeps finding it cheap as the log grows.
CREATE TABLE events_unsequenced (event_id uuid PRIMARY KEY, inserted bigint NOT NULL);
CREATE FUNCTION await_sequencing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events_unsequenced (event_id, inserted) VALUES (NEW.id, NEW.inserted);
  RETURN NULL;
END $$;
CREATE TRIGGER events_await_sequencing AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION await_sequencing();
