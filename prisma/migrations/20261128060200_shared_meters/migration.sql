-- How much of a limit was used over all processes (docs/decisions/0093-limits-over-processes.md). Rows are worthless
-- after minutes, so no crash has to keep them: unlogged.
CREATE UNLOGGED TABLE shared_meters (
  key        text PRIMARY KEY,
  level      double precision NOT NULL,
  at         timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX shared_meters_expires_idx ON shared_meters (expires_at);
