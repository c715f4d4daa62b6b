CREATE TABLE reports (
  id uuid PRIMARY KEY,
  decision_id uuid NOT NULL CONSTRAINT reports_one_a_decision UNIQUE REFERENCES decisions ON DELETE CASCADE,
  case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  authority text NOT NULL CHECK (authority IN ('ncmec-cybertipline')),
  environment text NOT NULL CHECK (environment IN ('sandbox', 'test', 'production', 'unconfigured')),
  incident_type text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'filing', 'waiting', 'filed', 'failed')),
  -- The authority's number of the report that is open there, or was filed.
  external_id text,
  failures integer NOT NULL DEFAULT 0,
  problem text,
  filed_by uuid NOT NULL REFERENCES people,
  created_at timestamptz NOT NULL,
  filed_at timestamptz
);
CREATE INDEX reports_of_case ON reports (case_id);
CREATE INDEX reports_newest ON reports (created_at DESC, id);

CREATE TABLE report_files (
  report_id uuid NOT NULL REFERENCES reports ON DELETE CASCADE,
  exhibit_id uuid NOT NULL REFERENCES exhibits ON DELETE CASCADE,
  ordinal integer NOT NULL,
  industry_classification text,
  -- The authority's id of the uploaded file, and whether it has been told what is known of it.
  file_id text,
  described boolean NOT NULL DEFAULT false,
  viewed_in_full boolean,
  PRIMARY KEY (report_id, exhibit_id)
);

-- Written before a request leaves and completed when its answer came: a step without outcome was in the air when the
-- program died, and nobody can know from here whether it was carried out.
CREATE TABLE report_steps (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  report_id uuid NOT NULL REFERENCES reports ON DELETE CASCADE,
  step text NOT NULL CHECK (step IN ('submit', 'upload', 'fileinfo', 'finish', 'retract')),
  exhibit_id uuid,
  external_id text,
  outcome text NOT NULL CHECK (outcome IN ('under-way', 'done', 'failed', 'in-doubt')),
  -- Whether a later step has settled the doubt.
  settled boolean NOT NULL DEFAULT false,
  detail text,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX report_steps_of_report ON report_steps (report_id, id);
