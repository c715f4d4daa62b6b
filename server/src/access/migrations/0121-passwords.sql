CREATE TABLE passwords (
  person_id uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
  sign_in_name text NOT NULL CONSTRAINT passwords_sign_in_name_unique UNIQUE,
  password_hash text NOT NULL,
  -- Sealed under the installation's key.
  authenticator_secret bytea NOT NULL,
  -- The time step of the newest code that was used; no code of it or before it works any more (RFC 6238, section 5.2).
  last_step bigint NOT NULL,
  changed_at timestamptz NOT NULL
);

-- An authenticator that is being set up and has not shown its first code yet.
CREATE TABLE pending_authenticators (
  session_id uuid PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
  authenticator_secret bytea NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
  code_hash bytea PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE
);
CREATE INDEX recovery_codes_of_person ON recovery_codes (person_id);

-- Browsers that a person has signed in with before; each has a counter of failures of its own.
CREATE TABLE known_devices (
  device_hash bytea NOT NULL,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (device_hash, person_id)
);

CREATE TABLE sign_in_attempts (
  bucket bytea PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz
);
