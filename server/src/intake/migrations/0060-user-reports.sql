CREATE TABLE user_reports (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  idempotency_key text NOT NULL,
  body_hash bytea NOT NULL,
  status text NOT NULL CHECK (status IN ('received', 'screened', 'in-case')),
  case_id uuid REFERENCES cases ON DELETE CASCADE,
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  reporter_id uuid REFERENCES accounts ON DELETE SET NULL,
  reason text NOT NULL,
  comment text,
  content_visibility text NOT NULL CHECK (content_visibility IN ('public', 'private')),
  authenticity text NOT NULL CHECK (authenticity IN ('server-verified', 'franked', 'unverified')),
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT user_reports_idempotency UNIQUE (service_id, idempotency_key)
);
CREATE INDEX user_reports_of_case ON user_reports (case_id, received_at);

-- The one reported message, and the few around it that the service disclosed with it.
CREATE TABLE reported_messages (
  user_report_id uuid NOT NULL REFERENCES user_reports ON DELETE CASCADE,
  ordinal smallint NOT NULL,
  external_id text NOT NULL,
  reported boolean NOT NULL,
  sender_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  sent_at timestamptz NOT NULL,
  text text,
  PRIMARY KEY (user_report_id, ordinal)
);

CREATE TABLE user_report_exhibits (
  user_report_id uuid NOT NULL REFERENCES user_reports ON DELETE CASCADE,
  exhibit_id uuid NOT NULL REFERENCES exhibits ON DELETE CASCADE,
  part text NOT NULL,
  message_ordinal smallint,
  PRIMARY KEY (user_report_id, exhibit_id)
);
