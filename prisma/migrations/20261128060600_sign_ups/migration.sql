-- Sign-ups whose address is not confirmed yet, also those with an address that has an account.
CREATE TABLE sign_ups (
  id            uuid           NOT NULL,
  email         text           NOT NULL,
  name          text           NOT NULL,
  password_hash text           NOT NULL,
  project_name  text,
  invitation_id uuid,
  created_at    timestamptz(3) NOT NULL,
  expires_at    timestamptz(3) NOT NULL,
  CONSTRAINT sign_ups_pkey PRIMARY KEY (id)
);
CREATE INDEX sign_ups_email_idx ON sign_ups (email, created_at DESC);
CREATE INDEX sign_ups_expires_idx ON sign_ups (expires_at);
