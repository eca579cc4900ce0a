-- Events of a project that was moved to another organization: what it had received by then stays with the one it left.
-- Positive for the organization it left, negative for the one it came to, by day of arrival (UTC).
CREATE TABLE moved_usage (
  project_id      uuid   NOT NULL,
  organization_id uuid   NOT NULL REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  day             date   NOT NULL,
  events          bigint NOT NULL,
  PRIMARY KEY (project_id, organization_id, day)
);
CREATE INDEX moved_usage_organization_id_day_idx ON moved_usage (organization_id, day);
