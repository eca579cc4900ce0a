-- When somebody did not belong to the account although they did before and after: events of these times do not count.
ALTER TABLE account_people ADD COLUMN away tstzmultirange NOT NULL DEFAULT '{}';

-- Works out again who may have left and come back: by a property, a domain, or unassigned.
INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
SELECT DISTINCT ON (p.project_id, p.person) p.project_id, '', p.person, p.person, gen_random_uuid()
  FROM account_people p
 WHERE p.reasons && '{property,domain}'
    OR EXISTS (SELECT FROM account_left l WHERE l.project_id = p.project_id AND l.account_id = p.account_id);
