-- Where a service wants to be told. The signing secret is derived from the installation's key and this salt.
CREATE TABLE webhook_endpoints (
  service_id uuid PRIMARY KEY REFERENCES services ON DELETE CASCADE,
  url text NOT NULL,
  secret_salt text NOT NULL,
  set_at timestamptz NOT NULL
);

-- The outbox: written with the state that it tells of, sent until it arrived, never dropped.
CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  case_id uuid REFERENCES cases ON DELETE CASCADE,
  type text NOT NULL,
  body text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  last_problem text
);
CREATE INDEX deliveries_by_status ON deliveries (status, created_at DESC, id);
CREATE INDEX deliveries_of_service ON deliveries (service_id) WHERE status = 'pending';

CREATE TABLE actions (
  id uuid PRIMARY KEY,
  decision_id uuid NOT NULL REFERENCES decisions ON DELETE CASCADE,
  ordinal integer NOT NULL,
  case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  kind text NOT NULL,
  target_kind text NOT NULL CHECK (target_kind IN ('group', 'account', 'exhibit')),
  target_id uuid NOT NULL,
  target_label text NOT NULL,
  delivery_id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE,
  CONSTRAINT actions_once UNIQUE (decision_id, ordinal)
);
CREATE INDEX actions_of_case ON actions (case_id);
