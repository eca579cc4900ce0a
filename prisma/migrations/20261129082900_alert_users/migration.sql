-- The people in an alert's set as of the last sweep, by their user ids instead of the profile, whose number changes when
-- people are merged or separated (docs/decisions/0137-alerts-over-merged-people.md). Sweeps fill it from alert_people,
-- which processes of earlier versions still write.
CREATE TABLE alert_users (
  project_id uuid NOT NULL,
  alert_id   uuid NOT NULL,
  -- The smallest of `ids`, which are internal numbers of user ids.
  user_id    bigint NOT NULL,
  -- A hash of `ids`; '' for a person with one. Merged people have a row of their own: the parts keep theirs, for when
  -- they are separated again.
  parts      text NOT NULL,
  ids        bigint[] NOT NULL,
  is_in      boolean NOT NULL,
  times      integer NOT NULL,
  PRIMARY KEY (project_id, alert_id, user_id, parts)
);
CREATE INDEX alert_users_user_idx ON alert_users (project_id, user_id);
CREATE INDEX alert_users_merged_idx ON alert_users (project_id) WHERE parts <> '';
