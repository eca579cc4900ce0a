-- An event without a session joins the one its device is in, whoever made that: all sessions of a stream are looked for.
CREATE INDEX sessions_stream_idx ON sessions (project_id, stream_id, started_at DESC);
DROP INDEX sessions_stream_started_idx;
