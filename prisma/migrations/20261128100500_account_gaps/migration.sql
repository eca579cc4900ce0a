-- When somebody did not belong to the account although they did before and after: events of these times do not count.
ALTER TABLE account_people ADD COLUMN away tstzmultirange NOT NULL DEFAULT '{}';

-- Works out again who may have left and come back: by a property, a domain, or unassigned. One range a project, worked
-- out in batches of people; a row a person would take a transaction each, and corrections would wait for all of them.
INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
SELECT p.project_id, '', min(p.person), max(p.person), gen_random_uuid()
  FROM account_people p
 WHERE p.reasons && '{property,domain}'
    OR EXISTS (SELECT FROM account_left l WHERE l.project_id = p.project_id AND l.account_id = p.account_id)
 GROUP BY p.project_id;
