-- The states of accounts, by the rule of people's (docs/lifecycle.md, docs/decisions/0074-accounts-in-insights.md). Their sums are
-- lifecycle_moves with who = 'accounts'. accounts_swept_to: up to which account the rule has been applied, '' to none, null to all.
CREATE TABLE account_states (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  since      date NOT NULL,
  until      date NOT NULL,
  state      smallint NOT NULL,
  PRIMARY KEY (project_id, account_id, since)
);
CREATE INDEX account_states_state_idx ON account_states (project_id, state, until, since, account_id);

ALTER TABLE lifecycle_rules
  ADD COLUMN accounts_swept_to text DEFAULT '',
  ADD COLUMN accounts_ready    boolean NOT NULL DEFAULT false;

-- As of computed_on.
ALTER TABLE account_facts ADD COLUMN state text;
