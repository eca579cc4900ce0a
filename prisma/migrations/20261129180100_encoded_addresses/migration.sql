-- Ids and keys that are addresses encoded as in a URL are hidden, too: strpos(x, '@') > 0 becomes x ~ '@|%40'.
DO $$
DECLARE
  name text;
  body text;
BEGIN
  FOREACH name IN ARRAY '{"make_masked_views()","masked_json(jsonb, text[])"}'::text[] LOOP
    body := pg_get_functiondef(name::regprocedure);
    body := regexp_replace(body, 'strpos\(([\w.]+), ''@''\) > 0', '\1 ~ ''@|%40''', 'g');
    EXECUTE regexp_replace(body, 'strpos\(([\w.]+), ''@''\) = 0', '\1 !~ ''@|%40''', 'g');
  END LOOP;
END $$;
SELECT make_masked_views();
