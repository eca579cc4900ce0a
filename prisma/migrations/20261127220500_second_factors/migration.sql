-- A member's second factor: a time-based code (RFC 6238) from an app on their phone.
CREATE TABLE second_factors (
  member_id    uuid PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- the shared secret, encrypted under AUTH_SECRET
  secret       bytea NOT NULL,
  -- null: shown, but no code of it was given yet; it asks for nothing
  confirmed_at timestamptz(3),
  -- the step of the last code taken, so that none is taken twice
  last_step    bigint NOT NULL DEFAULT 0,
  -- HMACs of the recovery codes not used yet
  recovery     bytea[] NOT NULL DEFAULT '{}'
);
