-- What a project's accounts were last worked out from. When its settings say otherwise, the job works everybody out again.
CREATE TABLE account_sources (
  project_id uuid PRIMARY KEY,
  property   text    NOT NULL,
  by_domain  boolean NOT NULL
);

-- null: none, as with the other settings that name something.
ALTER TABLE projects
  ALTER COLUMN account_property DROP NOT NULL,
  ALTER COLUMN account_property DROP DEFAULT;
UPDATE projects SET account_property = NULL WHERE account_property = '';
