-- The secret before this one signs as well until a service has had time to change.
ALTER TABLE webhook_endpoints ADD COLUMN previous_salt text, ADD COLUMN previous_until timestamptz;
