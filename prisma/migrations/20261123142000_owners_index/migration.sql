-- Whose an id is, from the index alone: behaviour filters map every actor who did something to their profile.
-- The same index as before with the id behind it; nothing more to write, as neither column changes but by a merge.
DROP INDEX identities_profile_id_idx;
CREATE INDEX identities_profile_id_idx ON identities (project_id, profile_id, id) WHERE profile_id IS NOT NULL;
