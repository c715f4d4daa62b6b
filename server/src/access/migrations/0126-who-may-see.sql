-- A case that is restricted exists for the people named in case_access and for nobody else.
CREATE TABLE restricted_cases (
  case_id uuid PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
  restricted_at timestamptz NOT NULL
);

CREATE TABLE case_access (
  case_id uuid NOT NULL REFERENCES restricted_cases ON DELETE CASCADE,
  person_id uuid NOT NULL REFERENCES people,
  PRIMARY KEY (case_id, person_id)
);

-- A conflict of interest: for this person, the cases of the target do not exist.
CREATE TABLE exclusions (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES people,
  case_id uuid REFERENCES cases ON DELETE CASCADE,
  group_id uuid REFERENCES groups ON DELETE CASCADE,
  account_id uuid REFERENCES accounts ON DELETE CASCADE,
  service_id uuid REFERENCES services ON DELETE CASCADE,
  reason text NOT NULL,
  set_by uuid NOT NULL REFERENCES people,
  set_at timestamptz NOT NULL,
  lifted_at timestamptz,
  CHECK (num_nonnulls(case_id, group_id, account_id, service_id) = 1)
);
CREATE INDEX exclusions_of_person ON exclusions (person_id) WHERE lifted_at IS NULL;

-- The one place that says whether a person may know of a case.
CREATE FUNCTION case_visible_to(asked_case uuid, asked_person uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM cases WHERE cases.id = asked_case)
    AND (
      NOT EXISTS (SELECT FROM restricted_cases WHERE restricted_cases.case_id = asked_case)
      OR EXISTS (
        SELECT FROM case_access
        WHERE case_access.case_id = asked_case AND case_access.person_id = asked_person
      )
    )
    AND NOT EXISTS (
      SELECT FROM exclusions
      JOIN cases ON cases.id = asked_case
      WHERE exclusions.person_id = asked_person
        AND exclusions.lifted_at IS NULL
        AND (
          exclusions.case_id = cases.id
          OR exclusions.group_id = cases.group_id
          OR exclusions.service_id = cases.service_id
          OR EXISTS (
            SELECT FROM case_accounts
            WHERE case_accounts.case_id = cases.id AND case_accounts.account_id = exclusions.account_id
          )
        )
    )
$$;
