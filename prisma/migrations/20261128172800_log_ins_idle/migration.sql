-- Log-ins end when nobody uses them for a while. Those of before the upgrade count as used now.
ALTER TABLE log_ins ADD COLUMN used_at TIMESTAMPTZ(3) NOT NULL DEFAULT now();
