-- What is left of a destroyed exhibit is its record: it has no sealed object any more, and says since when.
ALTER TABLE exhibits ALTER COLUMN object_id DROP NOT NULL;
ALTER TABLE exhibits ADD COLUMN destroyed_at timestamptz;
ALTER TABLE exhibits ADD CONSTRAINT exhibits_sealed_or_destroyed CHECK ((object_id IS NULL) = (destroyed_at IS NOT NULL));

-- The chain of custody of one exhibit is read from the ledger by this.
CREATE INDEX events_of_exhibit ON events ((payload ->> 'exhibitId'), inserted) WHERE payload ? 'exhibitId';
