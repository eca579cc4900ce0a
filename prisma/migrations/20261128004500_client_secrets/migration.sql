-- When a key was last used, to the minute; and its secret before the last rotation, until when that still works.
ALTER TABLE clients
  ADD COLUMN last_used_at     timestamptz(3),
  ADD COLUMN old_secret_hash  text,
  ADD COLUMN old_secret_until timestamptz(3),
  ADD CONSTRAINT clients_old_secret_whole CHECK ((old_secret_hash IS NULL) = (old_secret_until IS NULL));
