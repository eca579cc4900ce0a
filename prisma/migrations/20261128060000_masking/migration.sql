-- What readers with masked sight read instead of the tables (lib/db/reading.ts, docs/decisions/0088-masking.md).
ALTER TABLE projects
  ADD COLUMN names_hidden_from text NOT NULL DEFAULT 'nobody'
    CHECK (names_hidden_from IN ('nobody', 'viewers', 'editors')),
  ADD COLUMN names_hidden_from_keys boolean NOT NULL DEFAULT false,
  ADD COLUMN names_hidden_in_alerts boolean NOT NULL DEFAULT false,
  ADD COLUMN personal_properties text[] NOT NULL DEFAULT '{}';

-- Without what looks like an e-mail address.
CREATE FUNCTION masked_text(given text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN strpos(given, '@') = 0 AND strpos(given, '%40') = 0 THEN given
              ELSE regexp_replace(given, '[^\s/?&=<>"'',;:]+(@|%40)[^\s/?&=<>"'',;]+', '[hidden]', 'gi') END $$;

-- The project's own personal properties, as keys are compared.
CREATE FUNCTION own_personal_keys(project uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT array_agg(regexp_replace(lower(k), '[^[:alnum:].]', '', 'g'))
                     FROM projects p, unnest(p.personal_properties) k WHERE p.id = project), '{}') $$;

-- The properties that are always personal, and the project's own, as they are compared.
CREATE FUNCTION personal_keys(project uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT '{name,firstname,lastname,middlename,fullname,givenname,familyname,surname,displayname,nickname,username,email,emailaddress,mail,useremail,phone,phonenumber,telephone,mobile,avatar,picture,photo}'::text[]
         || own_personal_keys(project) $$;
-- Whether a key, or a part of a dotted path, is one of them.
CREATE FUNCTION is_personal(key text, keys text[]) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  plain text := regexp_replace(lower(key), '[^[:alnum:].]', '', 'g');
  one text;
BEGIN
  IF plain = ANY(keys) OR string_to_array(plain, '.') && keys THEN RETURN true; END IF;
  FOREACH one IN ARRAY keys LOOP
    IF starts_with(plain, one || '.') THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- Without personal keys, at any depth, and without addresses.
CREATE FUNCTION masked_json(given jsonb, keys text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  CASE jsonb_typeof(given)
    WHEN 'string' THEN RETURN to_jsonb(masked_text(given #>> '{}'));
    WHEN 'array' THEN
      RETURN coalesce((SELECT jsonb_agg(masked_json(v, keys) ORDER BY n)
                         FROM jsonb_array_elements(given) WITH ORDINALITY q(v, n)), '[]');
    WHEN 'object' THEN
      RETURN coalesce((SELECT jsonb_object_agg(k, masked_json(v, keys))
                         FROM jsonb_each(given) q(k, v)
                        WHERE NOT is_personal(k, keys) AND strpos(k, '@') = 0), '{}');
    ELSE RETURN given;
  END CASE;
END $$;

-- A segment's rule without the values it compares personal properties with.
CREATE FUNCTION masked_rule(given jsonb, keys text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  hides boolean;
BEGIN
  CASE jsonb_typeof(given)
    WHEN 'string' THEN RETURN to_jsonb(masked_text(given #>> '{}'));
    WHEN 'array' THEN
      RETURN coalesce((SELECT jsonb_agg(masked_rule(v, keys) ORDER BY n)
                         FROM jsonb_array_elements(given) WITH ORDINALITY q(v, n)), '[]');
    WHEN 'object' THEN
      hides := is_personal(coalesce(given ->> 'key', given ->> 'field', ''), keys);
      RETURN coalesce((SELECT jsonb_object_agg(k, CASE
                                WHEN hides AND k = 'values' THEN '["[hidden]"]'::jsonb
                                WHEN hides AND k = 'value' AND jsonb_typeof(v) = 'string' THEN '"[hidden]"'::jsonb
                                WHEN hides AND k IN ('value', 'min', 'max') THEN '0'::jsonb
                                ELSE masked_rule(v, keys) END)
                         FROM jsonb_each(given) q(k, v)), '{}');
    ELSE RETURN given;
  END CASE;
END $$;

-- Makes the views from the tables' columns of today: after a migration that changes one of the tables, again.
CREATE FUNCTION make_masked_views() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  masks jsonb := $masks${
    "identities": {
      "ext_id": "CASE WHEN strpos(t.ext_id, '@') > 0 OR starts_with(t.ext_id, '~') THEN '~' || t.id ELSE t.ext_id END",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profiles": {
      "display_id": "CASE WHEN strpos(t.display_id, '@') > 0 OR starts_with(t.display_id, '~') THEN coalesce('~' || (SELECT i.id FROM identities i WHERE i.project_id = t.project_id AND i.kind = 'u' AND i.ext_id = t.display_id), '~') ELSE t.display_id END",
      "name": "NULL::text", "email": "NULL::text", "avatar": "NULL::text", "search_text": "NULL::text",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profile_facts": {
      "handle": "CASE WHEN strpos(t.handle, '@') > 0 THEN '~' ELSE t.handle END",
      "name": "NULL::text", "email": "NULL::text", "name_key": "NULL::text", "search_text": "NULL::text",
      "landing_path": "masked_text(t.landing_path)", "referrer": "masked_text(t.referrer)",
      "last_step": "masked_text(t.last_step)", "step_before_sign_up": "masked_text(t.step_before_sign_up)",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profile_values": {
      "": "strpos(t.value::text, '@') = 0 AND NOT EXISTS (SELECT FROM sorted_columns c WHERE c.project_id = t.project_id AND c.id = t.column_id AND is_personal(regexp_replace(c.key, '^p:', ''), personal_keys(t.project_id)))"},
    "prop_ops": {
      "": "NOT is_personal(t.key, personal_keys(t.project_id))",
      "value": "masked_json(t.value, personal_keys(t.project_id))"},
    "events": {
      "path": "masked_text(t.path)", "title": "masked_text(t.title)", "referrer": "masked_text(t.referrer)",
      "properties": "masked_json(t.properties, personal_keys(t.project_id))"},
    "sessions": {
      "entry_path": "masked_text(t.entry_path)", "exit_path": "masked_text(t.exit_path)",
      "context": "CASE WHEN t.context::text ~ '@|%40' THEN masked_json(t.context, '{}') ELSE t.context END"},
    "notes": {"body": "masked_text(t.body)"},
    "account_notes": {"body": "masked_text(t.body)"},
    "accounts": {
      "name": "masked_text(t.name)",
      "properties": "masked_json(t.properties, own_personal_keys(t.project_id))",
      "registers": "masked_json(t.registers, own_personal_keys(t.project_id))"},
    "account_facts": {
      "name": "masked_text(t.name)", "name_key": "masked_text(t.name_key)",
      "search_text": "lower(masked_text(concat_ws(' ', t.account_id, t.name, t.domain)))",
      "properties": "masked_json(t.properties, own_personal_keys(t.project_id))"},
    "account_values": {
      "": "strpos(t.value::text, '@') = 0 AND NOT EXISTS (SELECT FROM account_columns c WHERE c.project_id = t.project_id AND c.id = t.column_id AND is_personal(c.key, own_personal_keys(t.project_id)))"},
    "account_changes": {
      "": "NOT is_personal(t.key, own_personal_keys(t.project_id))",
      "value": "masked_json(t.value, own_personal_keys(t.project_id))"},
    "segments": {
      "name": "masked_text(t.name)", "description": "masked_text(t.description)",
      "rule": "masked_rule(t.rule, personal_keys(t.project_id))"}
  }$masks$;
  name text;
  mask jsonb;
  columns text;
BEGIN
  FOR name, mask IN SELECT * FROM jsonb_each(masks) LOOP
    SELECT string_agg(coalesce((mask ->> a.attname) || ' AS ', 't.') || quote_ident(a.attname), ', ' ORDER BY a.attnum)
      INTO columns
      FROM pg_attribute a
     WHERE a.attrelid = to_regclass(quote_ident(name)) AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('DROP VIEW IF EXISTS %I', 'masked_' || name);
    EXECUTE format('CREATE VIEW %I AS SELECT %s FROM %I t WHERE %s', 'masked_' || name, columns, name,
                   coalesce(mask ->> '', 'true'));
  END LOOP;
END $$;
SELECT make_masked_views();
