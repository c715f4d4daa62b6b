-- Who signed beside whoever ordered it. NULL where one person acted alone, and for what is older than the second signature.
ALTER TABLE destructions ADD COLUMN approved_by jsonb;
ALTER TABLE case_exports ADD COLUMN approved_by jsonb;
-- The ids of the exhibits that may leave: what joins the case later was not signed. NULL for exports that are older than
-- this; no package of those is written any more.
ALTER TABLE case_exports ADD COLUMN exhibits jsonb;
