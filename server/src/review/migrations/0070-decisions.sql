-- A person's ruling. `ruling` keeps what was ordered, as it was ordered: actions and, if there is one, the CyberTip.
CREATE TABLE decisions (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  policy_id text NOT NULL,
  policy_title text NOT NULL,
  rationale text NOT NULL,
  decided_by uuid NOT NULL REFERENCES people,
  decided_at timestamptz NOT NULL,
  revealed_exhibits integer NOT NULL,
  ruling jsonb NOT NULL
);
CREATE INDEX decisions_of_case ON decisions (case_id);
