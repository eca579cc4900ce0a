-- What of an event a project does not keep (lib/projects/settings.ts).
ALTER TABLE projects
  ADD COLUMN kept_parameters   text[]  NOT NULL DEFAULT '{ref}',
  ADD COLUMN masks_pages       boolean NOT NULL DEFAULT true,
  ADD COLUMN denied_properties text[]  NOT NULL DEFAULT '{}',
  ADD COLUMN not_stored        text[]  NOT NULL DEFAULT '{}';

-- What was not taken in, counted by day and reason and in no other way: nothing here can lead to anybody.
CREATE TABLE refusals (
  project_id uuid   NOT NULL,
  day        date   NOT NULL,
  reason     text   NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (project_id, day, reason),
  CONSTRAINT refusals_reason_known CHECK (reason IN ('gpc', 'dnt', 'opt_out', 'bot', 'not_stored', 'erased', 'dropped'))
);
