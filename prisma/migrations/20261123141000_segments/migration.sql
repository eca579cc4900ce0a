-- A saved rule over people, or a fixed list of them.
CREATE TABLE segments (
  project_id  uuid NOT NULL,
  id          uuid NOT NULL,
  name        text NOT NULL,
  description text NOT NULL DEFAULT '',
  rule        jsonb,
  created_at  timestamptz(3) NOT NULL,
  updated_at  timestamptz(3) NOT NULL,
  created_by  text NOT NULL,
  PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX segments_name_key ON segments (project_id, name);

-- The list of a static segment, by identity and not by person: ids stay with whoever they belong to after a merge.
CREATE TABLE segment_members (
  project_id  uuid NOT NULL,
  segment_id  uuid NOT NULL,
  identity_id bigint NOT NULL,
  PRIMARY KEY (project_id, segment_id, identity_id)
);

-- How many a segment had on each day, at the day's newest count.
CREATE TABLE segment_sizes (
  project_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  day        date NOT NULL,
  people     bigint NOT NULL,
  counted_at timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, segment_id, day)
);
