-- The latest decision of each person about consent: given or withdrawn, which text they saw, and when.
ALTER TABLE profile_facts
  ADD COLUMN consent         text,
  ADD COLUMN consent_version text,
  ADD COLUMN consent_at      timestamptz(3);

SELECT make_masked_views();
