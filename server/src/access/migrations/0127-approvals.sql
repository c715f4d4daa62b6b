-- What one person asked for and another has to sign.
CREATE TABLE approvals (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  -- Of whom or what it is, so that the same is not asked for twice at a time.
  subject text NOT NULL,
  -- Without a reference: the record stays when the case is gone, and is then seen by nobody who reads by case.
  case_id uuid,
  requested_by uuid NOT NULL REFERENCES people,
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn', 'expired', 'waived')),
  concluded_by uuid REFERENCES people,
  concluded_at timestamptz,
  note text,
  result jsonb,
  CHECK (state NOT IN ('approved', 'refused') OR (concluded_by IS NOT NULL AND concluded_by <> requested_by)),
  CHECK ((state = 'waiting') = (concluded_at IS NULL))
);
CREATE UNIQUE INDEX approvals_one_waiting ON approvals (kind, subject) WHERE state = 'waiting';
CREATE INDEX approvals_newest ON approvals (requested_at DESC, id);

-- What needs two people. A kind without a row goes by the program's table, which is on.
CREATE TABLE two_person_rules (
  kind text PRIMARY KEY,
  required boolean NOT NULL,
  threshold integer CHECK (threshold >= 0)
);

-- Whether somebody who is alone may act alone. It holds only while nobody else could sign, and every use is recorded.
CREATE TABLE lone_signature (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), allowed boolean NOT NULL);
INSERT INTO lone_signature (allowed)
SELECT count(*) <= 1 FROM people WHERE roles && ARRAY['lead', 'administrator'] AND deactivated_at IS NULL;
