-- As before, but in PL/pgSQL: on Citus the function runs on a worker, within a statement of the masked view of notes, and
-- Citus cannot plan a statement of an SQL function that takes a parameter to a distributed table.
--
-- The words of a person's name, address, phone and other personal properties, by the id their note is attached to. Of a
-- device: of everybody who owned it. One or two letters are initials, and would hide half a sentence.
CREATE OR REPLACE FUNCTION personal_words(project uuid, actor bigint) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  words text[];
BEGIN
  WITH owners AS (
    SELECT i.profile_id FROM identities i WHERE i.project_id = project AND i.id = actor AND i.profile_id IS NOT NULL
     UNION
    SELECT o.profile_id
      FROM spans s JOIN identities o ON o.project_id = project AND o.id = s.owner_id
     WHERE s.project_id = project AND s.stream_id = actor AND s.owner_id > 0),
  texts AS (
    SELECT unnest(ARRAY[p.name, split_part(p.email, '@', 1)]) AS said
      FROM owners o JOIN profiles p ON p.project_id = project AND p.id = o.profile_id
     UNION ALL
    SELECT v #>> '{}'
      FROM owners o JOIN profiles p ON p.project_id = project AND p.id = o.profile_id
     CROSS JOIN jsonb_each(p.props) q(k, v)
     WHERE jsonb_typeof(v) IN ('string', 'number') AND is_personal(k, personal_keys(project)))
  SELECT coalesce(array_agg(DISTINCT word), '{}')
    INTO words
    FROM texts, regexp_split_to_table(said, '[^[:alnum:]+]+') word
   WHERE length(word) >= 3;
  RETURN words;
END $$;
