-- The header of the age file: the file key, wrapped to the vault's recipients. It lies here and not with the object, so
-- that deleting the row makes every copy of the object unreadable, also those of a store or a backup that keeps what
-- was deleted. NULL: sealed before, the object is the whole age file.
ALTER TABLE vault_objects ADD COLUMN header bytea;
