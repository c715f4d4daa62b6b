-- People sign in anew: a session from before is bound to no browser and its token cannot change.
DROP TABLE sessions;

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  method text NOT NULL,
  roles text[] NOT NULL,
  browser text NOT NULL,
  -- Open for nothing but setting up a way in.
  enrolling boolean NOT NULL DEFAULT false,
  opened_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  fresh_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person_id);

CREATE TABLE session_tokens (
  token_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  issued_at timestamptz NOT NULL,
  -- When it came back for the first time; what came before it is retired then.
  confirmed_at timestamptz,
  retired_at timestamptz
);
CREATE INDEX session_tokens_of_session ON session_tokens (session_id);

CREATE TABLE invitations (
  token_hash bytea PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);

CREATE TABLE sign_in_challenges (
  challenge_hash bytea PRIMARY KEY,
  purpose text NOT NULL,
  -- The session or the browser that asked for it.
  bound_to bytea NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  credential_id bytea NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL,
  relying_party text NOT NULL,
  name text NOT NULL,
  synced boolean NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkeys_of_person ON passkeys (person_id);
