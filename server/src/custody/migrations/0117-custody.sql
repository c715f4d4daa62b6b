-- The desk's own rules of retention: the laws it is under, and its terms where no law states one. The newest counts.
CREATE TABLE retention_policies (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  rules jsonb NOT NULL,
  set_by jsonb NOT NULL,
  set_at timestamptz NOT NULL
);

-- Until when something must be kept, as computed last. NULL: there is no end yet. No foreign key: the reference of a
-- report outlives its case.
CREATE TABLE preservation_terms (
  artefact text NOT NULL CHECK (artefact IN ('exhibit', 'report')),
  artefact_id uuid NOT NULL,
  case_id uuid,
  preserve_until timestamptz,
  because jsonb NOT NULL,
  rules text NOT NULL,
  computed_at timestamptz NOT NULL,
  PRIMARY KEY (artefact, artefact_id)
);
CREATE INDEX preservation_terms_due ON preservation_terms (preserve_until) WHERE artefact = 'exhibit';

-- The latest time that was seen and believed, and what is wrong with the clock if something is.
CREATE TABLE clock_watch (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  believed_at timestamptz NOT NULL,
  -- Events up to here were recorded by a clock that a person has since put right.
  confirmed_inserted bigint NOT NULL DEFAULT 0,
  problem text CHECK (problem IN ('behind', 'jumped'))
);

CREATE TABLE legal_holds (
  id uuid PRIMARY KEY,
  case_id uuid REFERENCES cases ON DELETE CASCADE,
  exhibit_id uuid REFERENCES exhibits ON DELETE CASCADE,
  ground text NOT NULL,
  reference text,
  why text NOT NULL,
  placed_by jsonb NOT NULL,
  placed_at timestamptz NOT NULL,
  -- When whoever asked for it has to ask again. It holds on after that, until a person releases it.
  renew_by timestamptz,
  released_by jsonb,
  released_at timestamptz,
  release_why text,
  CHECK ((case_id IS NULL) <> (exhibit_id IS NULL)),
  CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (release_why IS NULL))
);
CREATE INDEX legal_holds_of_case ON legal_holds (case_id) WHERE released_at IS NULL;
CREATE INDEX legal_holds_of_exhibit ON legal_holds (exhibit_id) WHERE released_at IS NULL;

CREATE FUNCTION is_held(exhibit uuid, of_case uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM legal_holds
    WHERE released_at IS NULL AND (exhibit_id = exhibit OR case_id = of_case)
  )
$$;

-- Held exhibits stay, whoever asks: the program, its operator, or a statement in the database. Row triggers run once the
-- row is locked, and placing a hold locks the same rows, so that neither can slip past the other.
CREATE FUNCTION refuse_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF is_held(OLD.id, OLD.case_id) THEN
    RAISE EXCEPTION 'exhibit % is under legal hold', OLD.id USING ERRCODE = 'BWHLD';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exhibits_held_stay BEFORE DELETE ON exhibits FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE TRIGGER exhibits_held_stay_sealed BEFORE UPDATE ON exhibits FOR EACH ROW
  WHEN (OLD.object_id IS DISTINCT FROM NEW.object_id OR OLD.id IS DISTINCT FROM NEW.id
    OR (OLD.case_id IS NOT NULL AND OLD.case_id IS DISTINCT FROM NEW.case_id))
  EXECUTE FUNCTION refuse_while_held();

-- The wrapped key lies in the vault's row: it stays while an exhibit that is held needs it. It may be wrapped anew.
CREATE FUNCTION refuse_key_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held uuid;
BEGIN
  SELECT e.id INTO held FROM exhibits e WHERE e.object_id = OLD.id AND is_held(e.id, e.case_id) LIMIT 1;
  IF held IS NOT NULL THEN
    RAISE EXCEPTION 'exhibit % is under legal hold', held USING ERRCODE = 'BWHLD';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vault_objects_held_stay BEFORE DELETE ON vault_objects
  FOR EACH ROW EXECUTE FUNCTION refuse_key_while_held();
CREATE TRIGGER vault_objects_held_stay_sealed BEFORE UPDATE ON vault_objects
  FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id OR (OLD.header IS NOT NULL AND NEW.header IS NULL))
  EXECUTE FUNCTION refuse_key_while_held();

CREATE FUNCTION refuse_truncate_while_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM legal_holds WHERE released_at IS NULL) THEN
    RAISE EXCEPTION 'exhibits are under legal hold' USING ERRCODE = 'BWHLD';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER exhibits_held_truncate BEFORE TRUNCATE ON exhibits
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate_while_held();
CREATE TRIGGER vault_objects_held_truncate BEFORE TRUNCATE ON vault_objects
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate_while_held();

-- A hold is never erased while it holds, and of a hold nothing changes but its release and when to renew it.
CREATE FUNCTION keep_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'legal holds are not erased' USING ERRCODE = 'BWHLD'; END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.released_at IS NULL THEN RAISE EXCEPTION 'a legal hold is released, not erased' USING ERRCODE = 'BWHLD'; END IF;
    RETURN OLD;
  END IF;
  IF OLD.released_at IS NOT NULL OR (OLD.id, OLD.case_id, OLD.exhibit_id, OLD.ground, OLD.why, OLD.placed_at)
    IS DISTINCT FROM (NEW.id, NEW.case_id, NEW.exhibit_id, NEW.ground, NEW.why, NEW.placed_at) THEN
    RAISE EXCEPTION 'of a legal hold only the release is written' USING ERRCODE = 'BWHLD';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER legal_holds_stay BEFORE DELETE OR UPDATE ON legal_holds FOR EACH ROW EXECUTE FUNCTION keep_holds();
CREATE TRIGGER legal_holds_no_truncate BEFORE TRUNCATE ON legal_holds FOR EACH STATEMENT EXECUTE FUNCTION keep_holds();

-- Whoever places a hold waits for a destruction that is just erasing the key, and then sees that it is too late.
CREATE FUNCTION lock_what_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM exhibits WHERE id = NEW.exhibit_id OR case_id = NEW.case_id ORDER BY id FOR UPDATE;
  IF NEW.exhibit_id IS NOT NULL
    AND EXISTS (SELECT FROM exhibits WHERE id = NEW.exhibit_id AND destroyed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'exhibit % is destroyed', NEW.exhibit_id USING ERRCODE = 'BWGON';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER legal_holds_lock BEFORE INSERT ON legal_holds FOR EACH ROW EXECUTE FUNCTION lock_what_is_held();

-- One row for each order to destroy, and its certificate, which outlives exhibit and case.
CREATE TABLE destructions (
  id uuid PRIMARY KEY,
  exhibit_id uuid NOT NULL,
  case_id uuid,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  ground text NOT NULL CHECK (ground IN ('term-ended', 'authority-request')),
  reference text,
  why text NOT NULL,
  basis jsonb NOT NULL,
  ordered_by jsonb NOT NULL,
  ordered_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('ordered', 'erased', 'destroyed', 'halted')),
  halted_because text,
  -- The sealed bytes that go with it, by their name in the store; NULL where another exhibit needs them, and before that
  -- was looked at. Kept here, as the vault's own row is gone by then.
  stored_as text,
  key_erased_at timestamptz,
  destroyed_at timestamptz,
  event_id uuid,
  certificate jsonb,
  CHECK ((status IN ('erased', 'destroyed')) = (key_erased_at IS NOT NULL)),
  CHECK ((status = 'destroyed') = (certificate IS NOT NULL))
);
CREATE UNIQUE INDEX destructions_one_under_way ON destructions (exhibit_id) WHERE status <> 'halted';
CREATE INDEX destructions_under_way ON destructions (status) WHERE status IN ('ordered', 'erased');

CREATE FUNCTION keep_certificates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR OLD.status <> 'ordered' AND TG_OP = 'DELETE' OR OLD.status = 'destroyed' THEN
    RAISE EXCEPTION 'certificates of destruction are kept';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER destructions_kept BEFORE UPDATE OR DELETE ON destructions FOR EACH ROW EXECUTE FUNCTION keep_certificates();
CREATE TRIGGER destructions_no_truncate BEFORE TRUNCATE ON destructions FOR EACH STATEMENT EXECUTE FUNCTION keep_certificates();

-- What left the house in a package, for whom and why.
CREATE TABLE case_exports (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL,
  recipient text NOT NULL,
  why text NOT NULL,
  links text NOT NULL CHECK (links IN ('withheld', 'included')),
  ordered_by jsonb NOT NULL,
  ordered_at timestamptz NOT NULL,
  manifest_sha256 text,
  completed_at timestamptz
);
CREATE INDEX case_exports_of_case ON case_exports (case_id, ordered_at);
