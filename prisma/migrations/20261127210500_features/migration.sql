-- What a project calls its features: named groups of events, in the order in which they are shown
-- (docs/decisions/0068-features.md). No rows: the most used events stand in.
CREATE TABLE features (
  project_id uuid NOT NULL,
  id         uuid NOT NULL,
  name       text NOT NULL,
  events     text[] NOT NULL,
  position   integer NOT NULL,
  PRIMARY KEY (project_id, id)
);
