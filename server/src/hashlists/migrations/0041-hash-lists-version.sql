-- From a sequence, whose numbers do not come back when a transaction is rolled back: one version never stands for two
-- states of the lists, whoever read them and when.
CREATE SEQUENCE hash_lists_versions;
SELECT setval('hash_lists_versions', version + 1) FROM hash_lists_version;

CREATE FUNCTION take_hash_lists_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := nextval('hash_lists_versions');
  RETURN NEW;
END $$;
CREATE TRIGGER hash_lists_version_is_new BEFORE UPDATE ON hash_lists_version
  FOR EACH ROW EXECUTE FUNCTION take_hash_lists_version();
