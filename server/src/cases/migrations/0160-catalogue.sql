-- The catalogue: what groups and accounts looked like, who was where, and since when.
-- Everything is a change at a time, so that changes that arrive late or twice lead to the same history.

-- Pictures of surfaces by their fingerprints; bytes are kept, as an exhibit, only of what matched or could not be scanned.
CREATE TABLE surface_pictures (
  id uuid PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  sha256 text NOT NULL,
  pdq text,
  quality smallint,
  looks jsonb NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('match', 'no-match', 'unscanned')),
  unscanned_reason text,
  -- The hash lists were at least of this version when it was looked up.
  lists_version bigint NOT NULL,
  exhibit_id uuid REFERENCES exhibits ON DELETE SET NULL,
  first_seen_at timestamptz NOT NULL,
  CONSTRAINT surface_pictures_once UNIQUE (service_id, sha256)
);

CREATE TABLE surface_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
  group_id uuid REFERENCES groups ON DELETE CASCADE,
  account_id uuid REFERENCES accounts ON DELETE CASCADE,
  surface text NOT NULL CHECK (surface IN ('name', 'description', 'visibility', 'handle', 'display-name', 'picture')),
  -- null: it was cleared.
  value text,
  picture_id uuid REFERENCES surface_pictures,
  -- When it happened, as the service says; else when it was first seen to be so.
  changed_at timestamptz NOT NULL,
  -- null: not said. What a surface says is held against who set it, never against who was there.
  changed_by uuid REFERENCES accounts ON DELETE SET NULL,
  learned_at timestamptz NOT NULL,
  -- An event tells of a change; a user report and a look only that it was so.
  learned_from text NOT NULL CHECK (learned_from IN ('event', 'user-report', 'look')),
  CHECK ((group_id IS NULL) <> (account_id IS NULL)),
  CHECK (surface <> 'picture' OR value IS NULL)
);
CREATE INDEX surface_changes_of_group ON surface_changes (group_id, changed_at) WHERE group_id IS NOT NULL;
CREATE INDEX surface_changes_of_account ON surface_changes (account_id, changed_at) WHERE account_id IS NOT NULL;
CREATE INDEX surface_changes_of_picture ON surface_changes (picture_id) WHERE picture_id IS NOT NULL;
CREATE INDEX surface_changes_by ON surface_changes (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE membership_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  change text NOT NULL CHECK (change IN ('joined', 'left', 'role')),
  role text CHECK (role IN ('owner', 'admin', 'member')),
  changed_at timestamptz NOT NULL,
  -- Who added, removed or promoted them, where that was somebody else.
  changed_by uuid REFERENCES accounts ON DELETE SET NULL,
  learned_at timestamptz NOT NULL,
  CHECK ((change = 'left') = (role IS NULL))
);
CREATE INDEX membership_changes_of_group ON membership_changes (group_id, account_id, changed_at);
CREATE INDEX membership_changes_of_account ON membership_changes (account_id, changed_at);

-- `memberships` stays the view of today: the newest change of each. Whether somebody ever posted is all that is kept of it.
ALTER TABLE memberships ADD COLUMN last_posted_at timestamptz;

ALTER TABLE groups
  ADD COLUMN language text,
  ADD COLUMN created_at timestamptz,
  -- Seen to be gone from the service: removed by an action of ours, or by whom we do not know.
  ADD COLUMN removed_at timestamptz,
  -- What of it was seen last, so that late news does not count as the newest.
  ADD COLUMN last_seen_at timestamptz;
ALTER TABLE accounts
  -- ISO 3166-1 alpha-2, as far as the service says.
  ADD COLUMN country text,
  ADD COLUMN kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'bot')),
  -- Seen to be suspended or banned on the service.
  ADD COLUMN suspended_at timestamptz;

-- Counted on a day by an analyst or a service, never collected: members, members of a country, content of a type or severity.
CREATE TABLE group_counts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  counted_at timestamptz NOT NULL,
  what text NOT NULL CHECK (what IN ('members', 'members-by-country', 'content')),
  -- Country code; or type and severity of content, as the desk's schema names them.
  label text NOT NULL DEFAULT '',
  count bigint NOT NULL CHECK (count >= 0),
  counted_by jsonb NOT NULL,
  learned_at timestamptz NOT NULL
);
CREATE INDEX group_counts_of_group ON group_counts (group_id, counted_at);

-- One group names or links another. The address itself is not here.
CREATE TABLE group_links (
  from_group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  to_group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (from_group_id, to_group_id),
  CHECK (from_group_id <> to_group_id)
);
CREATE INDEX group_links_to ON group_links (to_group_id);

-- Cases that belong together: a group that came back, or the groups of a ring.
CREATE TABLE case_links (
  case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  other_case_id uuid NOT NULL REFERENCES cases ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('came-back', 'same-ring')),
  because jsonb NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, other_case_id, kind),
  CHECK (case_id <> other_case_id)
);
CREATE INDEX case_links_other ON case_links (other_case_id);

-- What was known before goes on in the new history.
INSERT INTO surface_changes (service_id, group_id, surface, value, changed_at, learned_at, learned_from)
SELECT groups.service_id, group_names.group_id, 'name', group_names.name, group_names.first_seen_at,
  group_names.first_seen_at, 'user-report'
FROM group_names JOIN groups ON groups.id = group_names.group_id
ORDER BY group_names.first_seen_at;
INSERT INTO surface_changes (service_id, group_id, surface, value, changed_at, learned_at, learned_from)
SELECT service_id, id, 'description', description, first_seen_at, first_seen_at, 'user-report'
FROM groups WHERE description IS NOT NULL;
INSERT INTO surface_changes (service_id, group_id, surface, value, changed_at, learned_at, learned_from)
SELECT service_id, id, 'visibility', visibility, first_seen_at, first_seen_at, 'user-report'
FROM groups WHERE visibility IS NOT NULL;
INSERT INTO surface_changes (service_id, account_id, surface, value, changed_at, learned_at, learned_from)
SELECT service_id, id, 'handle', handle, first_seen_at, first_seen_at, 'user-report'
FROM accounts WHERE handle IS NOT NULL;
INSERT INTO surface_changes (service_id, account_id, surface, value, changed_at, learned_at, learned_from)
SELECT service_id, id, 'display-name', display_name, first_seen_at, first_seen_at, 'user-report'
FROM accounts WHERE display_name IS NOT NULL;
INSERT INTO membership_changes (group_id, account_id, change, role, changed_at, learned_at)
SELECT memberships.group_id, memberships.account_id, 'joined', memberships.role,
  coalesce(memberships.joined_at, accounts.first_seen_at), accounts.first_seen_at
FROM memberships JOIN accounts ON accounts.id = memberships.account_id;
INSERT INTO membership_changes (group_id, account_id, change, role, changed_at, learned_at)
SELECT memberships.group_id, memberships.account_id, 'left', NULL, memberships.left_at, memberships.left_at
FROM memberships WHERE left_at IS NOT NULL;
DROP TABLE group_names;
