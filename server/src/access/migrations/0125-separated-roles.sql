-- Duties are apart now. Whoever held both roles held every permission, and keeps them all; a reviewer could file, and
-- still can; an administrator keeps what configures the desk and loses what belongs to cases.
ALTER TABLE people ADD COLUMN deactivated_at timestamptz;

-- What this migration changed, until the program has put it into the ledger.
CREATE TABLE migrated_roles (
  person_id uuid PRIMARY KEY REFERENCES people,
  roles_before text[] NOT NULL,
  roles_after text[] NOT NULL
);

INSERT INTO migrated_roles (person_id, roles_before, roles_after)
SELECT id, roles, CASE
  WHEN roles @> ARRAY['reviewer', 'administrator'] THEN
    ARRAY['intake', 'analyst', 'reviewer', 'reporting-officer', 'lead', 'auditor', 'administrator']
  WHEN 'reviewer' = ANY (roles) THEN roles || ARRAY['reporting-officer']
  ELSE roles
END
FROM people WHERE 'reviewer' = ANY (roles) OR 'administrator' = ANY (roles);
DELETE FROM migrated_roles WHERE roles_before = roles_after;

UPDATE people SET roles = migrated_roles.roles_after
FROM migrated_roles WHERE migrated_roles.person_id = people.id;
