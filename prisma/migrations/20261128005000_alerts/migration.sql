-- What a project wants to be told about, and what was sent (docs/decisions/0079-alerts.md).
CREATE TABLE alerts (
  project_id     uuid NOT NULL,
  id             uuid NOT NULL,
  name           text NOT NULL,
  trigger        jsonb NOT NULL,
  channel        text NOT NULL CHECK (channel IN ('email', 'webhook', 'slack', 'teams')),
  -- The member who gets the mails.
  recipient      uuid,
  -- URL and signing secret, encrypted under AUTH_SECRET for this alert alone.
  endpoint       bytea,
  host           text,
  pace           text NOT NULL CHECK (pace IN ('immediate', 'hourly', 'daily')),
  -- Minutes of the day in `zone`; both null: no quiet hours.
  quiet_from     smallint,
  quiet_to       smallint,
  zone           text NOT NULL,
  -- Where links lead while APP_URL is not set.
  origin         text NOT NULL,
  is_on          boolean NOT NULL,
  created_at     timestamptz(3) NOT NULL,
  created_by     text NOT NULL,
  -- What happened before is no cause.
  watching_since timestamptz(3) NOT NULL,
  -- null: who is there already has not been noted yet, and is no cause.
  armed_at       timestamptz(3),
  swept_at       timestamptz(3),
  PRIMARY KEY (project_id, id)
);

-- One row a cause, for ever the same key, so that none fires twice. No text about anybody: messages are written when
-- they are sent.
CREATE TABLE alert_firings (
  project_id  uuid NOT NULL,
  alert_id    uuid NOT NULL,
  cause       text NOT NULL,
  at          timestamptz(3) NOT NULL,
  fired_at    timestamptz(3) NOT NULL,
  event_id    uuid,
  actor_id    bigint,
  person      bigint,
  -- More than one only where a flood was folded into a row.
  causes      integer NOT NULL DEFAULT 1,
  -- What a count was and what was usual.
  numbers     jsonb,
  delivery_id uuid,
  PRIMARY KEY (project_id, alert_id, cause)
);
CREATE INDEX alert_firings_pending_idx ON alert_firings (project_id, alert_id) WHERE delivery_id IS NULL;
CREATE INDEX alert_firings_delivery_idx ON alert_firings (project_id, delivery_id, fired_at);
CREATE INDEX alert_firings_actor_idx ON alert_firings (project_id, actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX alert_firings_person_idx ON alert_firings (project_id, person) WHERE person IS NOT NULL;

CREATE TABLE alert_deliveries (
  project_id uuid NOT NULL,
  id         uuid NOT NULL,
  alert_id   uuid NOT NULL,
  is_test    boolean NOT NULL DEFAULT false,
  state      text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  -- More causes may join until it is sent.
  collects   boolean NOT NULL,
  created_at timestamptz(3) NOT NULL,
  -- null: sent, or given up.
  due_at     timestamptz(3),
  sent_at    timestamptz(3),
  tries      smallint NOT NULL DEFAULT 0,
  status     smallint,
  fault      text,
  PRIMARY KEY (project_id, id)
);
CREATE UNIQUE INDEX alert_deliveries_collecting_key ON alert_deliveries (project_id, alert_id) WHERE collects;
CREATE INDEX alert_deliveries_alert_idx ON alert_deliveries (project_id, alert_id, created_at DESC);

-- Who was in the set that an alert watches when it was last looked at, and how often they have come in.
CREATE TABLE alert_people (
  project_id uuid NOT NULL,
  alert_id   uuid NOT NULL,
  person     bigint NOT NULL,
  is_in      boolean NOT NULL,
  times      integer NOT NULL,
  PRIMARY KEY (project_id, alert_id, person)
);
CREATE INDEX alert_people_person_idx ON alert_people (project_id, person);
