-- Events stored per project and day of arrival (UTC), for the usage of a plan.
CREATE TABLE received_days (
  project_id uuid   NOT NULL,
  day        date   NOT NULL,
  events     bigint NOT NULL,
  PRIMARY KEY (project_id, day)
);

-- The trial and subscription of an organization; the hosted edition only. Nothing about cards or addresses.
CREATE TABLE organization_plans (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  trial_ends_at   timestamptz(3) NOT NULL,
  customer_id     text,
  plan            text,
  status          text,
  period_ends_at  timestamptz(3),
  cancels_at      timestamptz(3),
  past_due_since  timestamptz(3),
  ended_at        timestamptz(3),
  reads_begun     integer NOT NULL DEFAULT 0,
  read_stored     integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX organization_plans_customer_id_key ON organization_plans (customer_id);
