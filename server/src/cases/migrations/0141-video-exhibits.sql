-- Videos among the exhibits, and what of them a match rests on.
ALTER TABLE exhibits ADD COLUMN media_kind text NOT NULL DEFAULT 'picture' CHECK (media_kind IN ('picture', 'video'));
-- Playing time of a video that was looked at.
ALTER TABLE exhibits ADD COLUMN seconds double precision;
-- How often its original was examined: what failed for a passing reason is tried again.
ALTER TABLE exhibits ADD COLUMN examinations smallint NOT NULL DEFAULT 1;
-- The hash lists were at least of this version when it was looked up: newer ones are still to be applied to it.
ALTER TABLE exhibits ADD COLUMN lists_version bigint;
ALTER TABLE signals ADD COLUMN frame_seconds double precision;
ALTER TABLE signals ADD COLUMN query_percent real;
ALTER TABLE signals ADD COLUMN compared_percent real;
