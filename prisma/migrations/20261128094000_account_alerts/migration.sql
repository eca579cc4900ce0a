-- The accounts in an alert's set as of the last sweep, like alert_people (docs/decisions/0096-account-alerts.md).
CREATE TABLE alert_accounts (
  project_id uuid NOT NULL,
  alert_id   uuid NOT NULL,
  account_id text NOT NULL,
  -- A hash of `ids`; '' for an account of one id. A merged account has a row of its own: its parts keep theirs, for when
  -- they are separated again.
  parts      text NOT NULL,
  ids        text[] NOT NULL,
  is_in      boolean NOT NULL,
  times      integer NOT NULL,
  PRIMARY KEY (project_id, alert_id, account_id, parts)
);
CREATE INDEX alert_accounts_account_idx ON alert_accounts (project_id, account_id);
CREATE INDEX alert_accounts_merged_idx ON alert_accounts (project_id, alert_id) WHERE parts <> '';

ALTER TABLE alert_firings ADD COLUMN account_id text;
CREATE INDEX alert_firings_account_idx ON alert_firings (project_id, account_id) WHERE account_id IS NOT NULL;
