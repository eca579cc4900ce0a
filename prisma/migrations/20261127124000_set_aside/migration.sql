-- What a background job could not store, why, and when it is tried again (docs/decisions/0039-set-aside.md). One row a subject:
-- a person's number ("facts"), a person and a column ("columns"), a segment, an erasure. No value that was refused stands here.
CREATE TABLE set_aside (
  project_id uuid NOT NULL,
  job        text NOT NULL,
  subject    text NOT NULL,
  reason     text NOT NULL,
  tries      integer NOT NULL,
  since      timestamptz(3) NOT NULL,
  again_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, job, subject)
);
