-- The own team and test accounts are left out of every count: queries over everybody look up who they are.
CREATE INDEX profile_facts_internal_idx ON profile_facts (project_id, person) WHERE is_internal;
