-- Accounts sorted by state and by risk walk an index, like their other columns: reading all of 50,000 took 370 ms.
CREATE INDEX account_facts_state_idx ON account_facts (project_id, state, account_id);
CREATE INDEX account_facts_risk_idx ON account_facts (project_id, risk, account_id);
