-- When somebody signed up, and how that is known (docs/decisions/0067-sign-up.md). Columns without a default: no row is
-- rewritten; the job fills them (lib/jobs/sign-ups.ts).
ALTER TABLE projects
  ADD COLUMN sign_up_property text,
  ADD COLUMN sign_up_event    text;

-- known_since: the first message with a user id, as profiles.created_at was when the row was worked out.
-- sign_up: property, event, identify or existing; null for visitors.
ALTER TABLE profile_facts
  ADD COLUMN known_since timestamptz(3),
  ADD COLUMN sign_up     text;

-- How far a project's people were gone through since its rule of sign-ups changed. done_to null: to the end.
CREATE TABLE sign_up_sweeps (
  project_id uuid PRIMARY KEY,
  rule       text NOT NULL,
  done_to    bigint
);
