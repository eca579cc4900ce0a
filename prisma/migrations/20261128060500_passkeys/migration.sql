-- A member's passkeys (WebAuthn). The private keys never leave their devices.
CREATE TABLE passkeys (
  id           text           NOT NULL,
  member_id    uuid           NOT NULL,
  name         text           NOT NULL,
  public_key   bytea          NOT NULL,
  counter      bigint         NOT NULL,
  transports   text[]         NOT NULL DEFAULT ARRAY[]::text[],
  created_at   timestamptz(3) NOT NULL,
  last_used_on date,
  CONSTRAINT passkeys_pkey PRIMARY KEY (id),
  CONSTRAINT passkeys_member_id_fkey FOREIGN KEY (member_id) REFERENCES members (id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX passkeys_member_id_idx ON passkeys (member_id);

-- Challenges that were answered, so that none is answered twice.
CREATE TABLE spent_challenges (
  challenge  text           NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  CONSTRAINT spent_challenges_pkey PRIMARY KEY (challenge)
);
CREATE INDEX spent_challenges_expires_idx ON spent_challenges (expires_at);
