-- Mails that were not sent, by recipient: members see their own, the operator all of them.
CREATE INDEX mails_unsent_idx ON mails (recipient) WHERE sent_at IS NULL;
