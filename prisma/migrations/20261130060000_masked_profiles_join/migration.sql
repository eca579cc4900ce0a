-- As before, but the stand-in of a person's id comes from a join instead of a subquery: Citus then asks only the shard of
-- the project. Where the id is not read, Postgres leaves the join out; where it is no address, it looks nothing up.
CREATE OR REPLACE FUNCTION make_masked_views() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  masks jsonb := $masks${
    "identities": {
      "ext_id": "CASE WHEN t.ext_id ~ '@|%40' OR starts_with(t.ext_id, '~') THEN '~' || t.id ELSE t.ext_id END",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profiles": {
      "+": "LEFT JOIN identities i ON i.project_id = t.project_id AND i.kind = 'u' AND i.ext_id = CASE WHEN t.display_id ~ '@|%40' OR starts_with(t.display_id, '~') THEN t.display_id END",
      "display_id": "CASE WHEN t.display_id ~ '@|%40' OR starts_with(t.display_id, '~') THEN coalesce('~' || i.id, '~') ELSE t.display_id END",
      "name": "NULL::text", "email": "NULL::text", "avatar": "NULL::text", "search_text": "NULL::text",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profile_facts": {
      "handle": "CASE WHEN t.handle ~ '@|%40' THEN '~' ELSE t.handle END",
      "name": "NULL::text", "email": "NULL::text", "name_key": "NULL::text", "search_text": "NULL::text",
      "landing_path": "masked_text(t.landing_path)", "referrer": "masked_text(t.referrer)",
      "source": "masked_text(t.source)", "utm_source": "masked_text(t.utm_source)",
      "utm_medium": "masked_text(t.utm_medium)", "utm_campaign": "masked_text(t.utm_campaign)",
      "last_event": "masked_text(t.last_event)", "stopped": "masked_text(t.stopped)",
      "last_step": "masked_text(t.last_step)", "step_before_sign_up": "masked_text(t.step_before_sign_up)",
      "props": "masked_json(t.props, personal_keys(t.project_id))"},
    "profile_values": {
      "": "t.value::text !~ '@|%40' AND NOT EXISTS (SELECT FROM sorted_columns c WHERE c.project_id = t.project_id AND c.id = t.column_id AND is_personal(regexp_replace(c.key, '^p:', ''), personal_keys(t.project_id)))"},
    "prop_ops": {
      "": "t.key !~ '@|%40' AND NOT is_personal(t.key, personal_keys(t.project_id))",
      "value": "masked_json(t.value, personal_keys(t.project_id))"},
    "events": {
      "path": "masked_text(t.path)", "title": "masked_text(t.title)", "referrer": "masked_text(t.referrer)",
      "properties": "masked_json(t.properties, personal_keys(t.project_id))"},
    "sessions": {
      "entry_path": "masked_text(t.entry_path)", "exit_path": "masked_text(t.exit_path)",
      "context": "CASE WHEN t.context::text ~ '@|%40' THEN masked_json(t.context, '{}') ELSE t.context END"},
    "day_counts": {
      "names": "CASE WHEN t.kind = 'event' OR t.names IS NULL THEN t.names ELSE ARRAY(SELECT masked_text(q.name) FROM unnest(t.names) WITH ORDINALITY q(name, place) ORDER BY q.place) END"},
    "notes": {"body": "without_words(masked_text(t.body), personal_words(t.project_id, t.actor_id))"},
    "alerts": {
      "name": "masked_text(t.name)", "trigger": "masked_rule(t.trigger, personal_keys(t.project_id))",
      "endpoint": "NULL::bytea"},
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
      "": "t.value::text !~ '@|%40' AND NOT EXISTS (SELECT FROM account_columns c WHERE c.project_id = t.project_id AND c.id = t.column_id AND is_personal(c.key, own_personal_keys(t.project_id)))"},
    "account_changes": {
      "": "t.key !~ '@|%40' AND NOT is_personal(t.key, own_personal_keys(t.project_id))",
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
    EXECUTE format('CREATE VIEW %I AS SELECT %s FROM %I t %s WHERE %s', 'masked_' || name, columns, name,
                   coalesce(mask ->> '+', ''), coalesce(mask ->> '', 'true'));
  END LOOP;
END $$;
SELECT make_masked_views();
