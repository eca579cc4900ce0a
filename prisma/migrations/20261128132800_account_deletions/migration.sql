-- When a member last deleted their account: statistics of Postgres older than that are made anew. One row.
CREATE TABLE account_deletions (
  id        boolean        NOT NULL DEFAULT true CHECK (id),
  latest_at timestamptz(3) NOT NULL,
  CONSTRAINT account_deletions_pkey PRIMARY KEY (id)
);
