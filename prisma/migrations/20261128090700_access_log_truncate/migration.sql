-- TRUNCATE fires no row trigger, so it emptied the append-only log unseen (docs/decisions/0087-access-log.md).
CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_log_change();

-- Links are counted per address, too, as several members may ask for the same one.
CREATE INDEX one_time_links_email_idx ON one_time_links (email, created_at DESC);
