-- The frames of a video that waits for its second signature.
ALTER TABLE staged_imports ADD COLUMN content bytea;
