-- What Journeys counts of each sign-up, and lists filter by: how many visits began before it, and the last page or event.
-- Without defaults: no row is rewritten; lib/jobs/sign-ups.ts fills them.
ALTER TABLE profile_facts
  ADD COLUMN visits_to_sign_up   integer,
  ADD COLUMN step_before_sign_up text;
