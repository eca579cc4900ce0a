-- The list of anonymous visitors, newest first, without sorting every stream (docs/identity.md E5).
-- last_min is last_seen cut to the minute, kept by Postgres itself: most span updates do not change it, so they stay HOT.
-- The predicate names last_min, not event_count: a column in an index predicate that changes with every event ends HOT updates.
ALTER TABLE spans ADD COLUMN last_min timestamptz(3)
  GENERATED ALWAYS AS (date_trunc('minute', last_seen AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') STORED;
CREATE INDEX spans_visitors_idx ON spans (project_id, last_min DESC, stream_id DESC) WHERE owner_id IS NULL AND last_min IS NOT NULL;
