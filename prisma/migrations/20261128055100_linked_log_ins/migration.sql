-- Members who log in through a provider (OpenID Connect, GitHub, Google) need no password.
ALTER TABLE members ALTER COLUMN password_hash DROP NOT NULL;

-- How the log-in began, shown in the member's list of log-ins.
ALTER TABLE log_ins ADD COLUMN method text NOT NULL DEFAULT 'password';

-- A provider's user who may log in as the member.
CREATE TABLE linked_log_ins (
  issuer       text           NOT NULL,
  subject      text           NOT NULL,
  member_id    uuid           NOT NULL,
  provider     text           NOT NULL,
  email        text           NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  last_used_on date,
  CONSTRAINT linked_log_ins_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT linked_log_ins_member_id_fkey FOREIGN KEY (member_id) REFERENCES members (id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX linked_log_ins_member_id_idx ON linked_log_ins (member_id);
