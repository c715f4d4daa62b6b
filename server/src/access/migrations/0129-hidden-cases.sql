CREATE INDEX case_accounts_of_account ON case_accounts (account_id);

-- The one place that says of which cases a person may not know. As a set, so that a list asks once and not for each row.
CREATE FUNCTION cases_hidden_from(asked_person uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
  SELECT restricted_cases.case_id FROM restricted_cases
  WHERE NOT EXISTS (
    SELECT FROM case_access
    WHERE case_access.case_id = restricted_cases.case_id AND case_access.person_id = asked_person
  )
  UNION
  SELECT cases.id FROM exclusions
  JOIN cases
    ON cases.id = exclusions.case_id
    OR cases.group_id = exclusions.group_id
    OR cases.service_id = exclusions.service_id
  WHERE exclusions.person_id = asked_person AND exclusions.lifted_at IS NULL
  UNION
  SELECT case_accounts.case_id FROM exclusions
  JOIN case_accounts ON case_accounts.account_id = exclusions.account_id
  WHERE exclusions.person_id = asked_person AND exclusions.lifted_at IS NULL
$$;

-- Whether a person may know of one case; of one that is not there, nobody does.
CREATE OR REPLACE FUNCTION case_visible_to(asked_case uuid, asked_person uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM cases WHERE cases.id = asked_case)
    AND asked_case NOT IN (SELECT cases_hidden_from(asked_person))
$$;
