-- Keys that exist keep every scope, have no end and no rate of their own.
ALTER TABLE service_keys
  ADD COLUMN scopes text[] NOT NULL DEFAULT ARRAY['screen', 'report', 'read-own', 'webhooks', 'hash-lists'],
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN requests_a_minute integer CHECK (requests_a_minute > 0),
  -- The key that took the place of this one.
  ADD COLUMN replaced_by uuid REFERENCES service_keys ON DELETE SET NULL;
ALTER TABLE service_keys ALTER COLUMN scopes DROP DEFAULT;
