-- Who works on it.
ALTER TABLE cases ADD COLUMN assignee_id uuid REFERENCES people;
CREATE INDEX cases_of_assignee ON cases (assignee_id) WHERE status = 'open';
