-- An account's health by lib/accounts/health.ts, worked out with the row, so that tabs and orders walk an index:
-- 1 quiet, 2 growing, 3 new, 4 steady, 5 gone, 6 unseen. Held to the rule by tests/accounts/account-lists.test.ts.
ALTER TABLE account_facts
  ADD COLUMN trend double precision NOT NULL GENERATED ALWAYS AS (
    active_7 - coalesce(
      (week_people[3] + week_people[4] + week_people[5] + week_people[6] + week_people[7] + week_people[8]
        + week_people[9] + week_people[10])::float8
      / least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1)), 0)) STORED,
  ADD COLUMN health smallint NOT NULL GENERATED ALWAYS AS (CASE
    WHEN first_seen IS NULL OR last_seen IS NULL THEN 6
    WHEN computed_on - (last_seen AT TIME ZONE 'UTC')::date >= 84 THEN 5
    WHEN computed_on - (first_seen AT TIME ZONE 'UTC')::date < 30 THEN 3
    WHEN week_people[3] + week_people[4] + week_people[5] + week_people[6] + week_people[7] + week_people[8]
           + week_people[9] + week_people[10]
           >= least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1))
     AND 2 * greatest(active_7, week_people[11])
           * least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1))
           <= week_people[3] + week_people[4] + week_people[5] + week_people[6] + week_people[7] + week_people[8]
            + week_people[9] + week_people[10]
      THEN 1
    WHEN 2 * least(active_7, week_people[11])
           * least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1))
           >= 3 * (week_people[3] + week_people[4] + week_people[5] + week_people[6] + week_people[7]
            + week_people[8] + week_people[9] + week_people[10])
     AND least(active_7, week_people[11])
           * least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1))
           - (week_people[3] + week_people[4] + week_people[5] + week_people[6] + week_people[7] + week_people[8]
            + week_people[9] + week_people[10])
           >= 2 * least(8, greatest(1, (computed_on - (first_seen AT TIME ZONE 'UTC')::date) / 7 - 1))
      THEN 2
    ELSE 4 END) STORED;

CREATE INDEX account_facts_trend_idx ON account_facts (project_id, trend, account_id);
CREATE INDEX account_facts_health_idx ON account_facts (project_id, health, account_id);
CREATE INDEX account_facts_health_trend_idx ON account_facts (project_id, health, trend, account_id);
