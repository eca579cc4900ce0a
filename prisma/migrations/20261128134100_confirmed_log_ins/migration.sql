-- When whoever uses a log-in last proved to be its member. A version that does not know the column begins log-ins, too.
ALTER TABLE log_ins ADD COLUMN confirmed_at timestamptz(3) NOT NULL DEFAULT now();
UPDATE log_ins SET confirmed_at = created_at;
