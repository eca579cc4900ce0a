-- The list of erasures shows those of one person; a bulk erasure adds up to 100,000 rows that it would sort and hide.
CREATE INDEX erase_jobs_single_idx ON erase_jobs (project_id, requested_at, id) WHERE bulk_id IS NULL;
