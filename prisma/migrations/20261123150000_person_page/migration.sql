-- How a project shows an event, by its name: only what somebody chose differently from the default.
CREATE TABLE event_displays (
  project_id uuid NOT NULL,
  name       text NOT NULL,
  icon       text,
  color      text,
  conversion boolean NOT NULL DEFAULT false,
  PRIMARY KEY (project_id, name)
);

-- The properties a project looks at first, in that order.
CREATE TABLE pinned_properties (
  project_id uuid NOT NULL,
  key        text NOT NULL,
  place      integer NOT NULL,
  PRIMARY KEY (project_id, key)
);

-- What members write about a person. A note hangs on an identity at a moment, like an event: it follows that stretch through
-- merges and corrections, and goes with it when the person is erased.
CREATE TABLE notes (
  project_id uuid NOT NULL,
  actor_id   bigint NOT NULL,
  id         uuid NOT NULL,
  about_ts   timestamptz(3) NOT NULL,
  author_id  uuid NOT NULL,
  body       text NOT NULL,
  mentions   uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL,
  edited_at  timestamptz(3),
  PRIMARY KEY (project_id, actor_id, id)
);
CREATE INDEX notes_mentions_idx ON notes USING gin (project_id, mentions) WHERE mentions <> '{}';

-- The project's visits by time: the Sessions list and the Overview's sources. started_at stands in the index on actors too, so
-- no update that was HOT ceases to be; an insert pays one entry a visit, not an event.
CREATE INDEX sessions_started_idx ON sessions (project_id, started_at DESC, session_id DESC, actor_id);
