-- The own team has no states any more: the facts job removes those of people marked so far, and takes them off the sums.
INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
SELECT project_id, '', person, person, gen_random_uuid() FROM profile_facts WHERE is_internal;
