CREATE TABLE groups (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  external_id text NOT NULL,
  name text,
  description text,
  visibility text CHECK (visibility IN ('public', 'private')),
  picture_exhibit_id uuid,
  first_seen_at timestamptz NOT NULL,
  CONSTRAINT groups_once UNIQUE (service_id, external_id)
);

-- What a group was called, and since when we know. A name is never held against those who were there before it.
CREATE TABLE group_names (
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  name text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (group_id, name)
);

CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  external_id text NOT NULL,
  handle text,
  display_name text,
  picture_exhibit_id uuid,
  first_seen_at timestamptz NOT NULL,
  CONSTRAINT accounts_once UNIQUE (service_id, external_id)
);

CREATE TABLE memberships (
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  joined_at timestamptz,
  left_at timestamptz,
  PRIMARY KEY (group_id, account_id)
);
CREATE INDEX memberships_of_account ON memberships (account_id);

CREATE SEQUENCE case_numbers;
CREATE TABLE cases (
  id uuid PRIMARY KEY,
  number bigint NOT NULL UNIQUE DEFAULT nextval('case_numbers'),
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('open', 'closed')),
  priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 100),
  priority_reasons jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz
);
-- One open case a group, whatever arrives at once.
CREATE UNIQUE INDEX cases_one_open ON cases (group_id) WHERE status = 'open';
CREATE INDEX cases_queue ON cases (status, priority DESC, opened_at, id);

CREATE TABLE case_accounts (
  case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  sent_reported_message boolean NOT NULL DEFAULT false,
  reporter boolean NOT NULL DEFAULT false,
  PRIMARY KEY (case_id, account_id)
);

CREATE TABLE exhibits (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  case_id uuid REFERENCES cases ON DELETE CASCADE,
  object_id uuid NOT NULL REFERENCES vault_objects,
  origin text NOT NULL CHECK (origin IN ('group-picture', 'account-picture', 'message-attachment')),
  -- Its place among those that came with it.
  ordinal smallint NOT NULL,
  original_name text,
  decoded_as text,
  bytes bigint NOT NULL,
  width integer,
  height integer,
  sha256 text NOT NULL,
  sha1 text NOT NULL,
  md5 text NOT NULL,
  pdq text,
  quality smallint,
  -- Every hash that it goes by, and how many frames or pages it has.
  looks jsonb NOT NULL,
  frames integer,
  -- What of it the decoder left aside or had to convert, such as first-frame-only.
  warnings text[] NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('pending', 'match', 'no-match', 'unscanned')),
  unscanned_reason text,
  sealed_at timestamptz NOT NULL
);
CREATE INDEX exhibits_of_case ON exhibits (case_id);
CREATE INDEX exhibits_of_object ON exhibits (object_id);

-- One finding each, with its provenance, which stays readable when the list it came from is gone.
CREATE TABLE signals (
  id uuid PRIMARY KEY,
  exhibit_id uuid NOT NULL REFERENCES exhibits ON DELETE CASCADE,
  list_id uuid NOT NULL,
  list_slug text NOT NULL,
  list_name text NOT NULL,
  entry_id bigint NOT NULL,
  entry_external_id text,
  entry_label text,
  fingerprint text NOT NULL,
  distance smallint NOT NULL,
  found_at timestamptz NOT NULL,
  CONSTRAINT signals_once UNIQUE (exhibit_id, entry_id, fingerprint)
);
