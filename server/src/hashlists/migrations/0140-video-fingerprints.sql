-- Fingerprints of videos. What an entry goes by in its list is the digest of its frames, which are too long for an index.
ALTER TABLE hash_list_entries DROP CONSTRAINT hash_list_entries_fingerprint_check;
ALTER TABLE hash_list_entries ADD CONSTRAINT hash_list_entries_fingerprint_known
  CHECK (fingerprint IN ('pdq', 'md5', 'sha1', 'sha256', 'vpdq'));
ALTER TABLE hash_list_entries ADD COLUMN content bytea;
ALTER TABLE hash_list_entries ADD CONSTRAINT hash_list_entries_content
  CHECK ((fingerprint = 'vpdq') = (content IS NOT NULL));
CREATE INDEX hash_list_entries_with_content ON hash_list_entries (id) WHERE content IS NOT NULL;
