-- Erasures of many people in one request, done by a queue. No row names anybody: people are internal numbers, which are
-- removed with them.
CREATE TABLE bulk_erasures (
  project_id   uuid NOT NULL,
  id           uuid NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  suppress     boolean NOT NULL,
  total        integer NOT NULL,
  finished_at  timestamptz(3),
  stopped_at   timestamptz(3),
  PRIMARY KEY (project_id, id)
);

-- Who is still to be erased, by the number of one of their ids.
CREATE TABLE bulk_erasure_people (
  project_id  uuid NOT NULL,
  bulk_id     uuid NOT NULL,
  identity_id bigint NOT NULL,
  tries       smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, bulk_id, identity_id)
);

ALTER TABLE erase_jobs ADD COLUMN bulk_id uuid;
CREATE INDEX erase_jobs_bulk_idx ON erase_jobs (project_id, bulk_id, requested_at, id) WHERE bulk_id IS NOT NULL;
