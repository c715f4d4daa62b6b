-- Who a person is to an organization's identity provider.
CREATE TABLE oidc_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_identities_of_person ON oidc_identities (person_id);

-- Sign-ins that have gone to the provider and not come back yet.
CREATE TABLE oidc_requests (
  state_hash bytea PRIMARY KEY,
  bound_to bytea NOT NULL,
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  -- The session that asked its person to sign in again; null for a new session.
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
