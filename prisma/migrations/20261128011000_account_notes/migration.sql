-- What members wrote about an account, under the id it had then: a merge shows it, its undoing gives it back.
CREATE TABLE account_notes (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  id         uuid NOT NULL,
  author_id  uuid NOT NULL,
  body       text NOT NULL,
  mentions   uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL,
  edited_at  timestamptz(3),
  PRIMARY KEY (project_id, account_id, id)
);
CREATE INDEX account_notes_mentions_idx ON account_notes USING gin (project_id uuid_ops, mentions)
  WHERE mentions <> '{}';
