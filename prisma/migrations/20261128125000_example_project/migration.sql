-- Projects of invented data that members add to look around: at most one an organization. loading, ready; null: their own.
ALTER TABLE projects ADD COLUMN example text;
CREATE UNIQUE INDEX projects_example_key ON projects (organization_id) WHERE example IS NOT NULL;
