-- ended_at moves with every event of a visit. As long as an index held it, each of those updates wrote the row anew and
-- into all four indexes (no update of 61,972 was HOT); started_at moves only when an earlier event comes in late.
CREATE INDEX sessions_stream_started_idx ON sessions (project_id, stream_id, started_at DESC) WHERE assigned;
DROP INDEX sessions_stream_ended_idx;
