-- What events that retention deleted said about accounts: the ends of each run of the same statement, by identity.
CREATE TABLE account_kept (
  project_id uuid NOT NULL,
  actor_id   bigint NOT NULL,
  source     text NOT NULL,
  ts         timestamptz(3) NOT NULL,
  id         uuid NOT NULL,
  account_id text NOT NULL,
  PRIMARY KEY (project_id, actor_id, source, ts, id, account_id)
);
CREATE INDEX account_kept_account_idx ON account_kept (project_id, account_id) WHERE account_id <> '';
