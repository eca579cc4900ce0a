-- Mail that is to be sent: a row names its kind and what it is about; the text, with its one-time links, is made when it is sent.
CREATE TABLE mails (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  recipient       text NOT NULL CHECK (length(recipient) <= 254),
  kind            text NOT NULL,
  data            jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz(3) NOT NULL,
  -- null: sent, or given up
  due_at          timestamptz(3),
  tries           smallint NOT NULL DEFAULT 0,
  sent_at         timestamptz(3),
  fault           text
);
CREATE INDEX mails_due_idx ON mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_organization_id_idx ON mails (organization_id, created_at DESC);
CREATE INDEX mails_created_idx ON mails (created_at);

-- A link that lets its holder do one thing once. The link is an HMAC of the id, which is stored nowhere.
CREATE TABLE one_time_links (
  id         uuid PRIMARY KEY,
  purpose    text NOT NULL CHECK (purpose IN ('reset', 'email')),
  member_id  uuid NOT NULL REFERENCES members (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- the address to be verified; the member's own, or the one they change to
  email      text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX one_time_links_member_id_created_at_idx ON one_time_links (member_id, created_at DESC);
CREATE INDEX one_time_links_expires_idx ON one_time_links (expires_at);

ALTER TABLE members ADD COLUMN email_verified_at timestamptz(3);

-- Somebody may become a member: whoever holds the link, or only who owns the address.
CREATE TABLE invitations (
  id              uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  email           text,
  role            text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  invited_by      uuid REFERENCES members (id) ON DELETE SET NULL ON UPDATE CASCADE,
  created_at      timestamptz(3) NOT NULL,
  expires_at      timestamptz(3) NOT NULL
);
CREATE INDEX invitations_organization_id_idx ON invitations (organization_id, created_at DESC);
CREATE INDEX invitations_invited_by_idx ON invitations (invited_by);
