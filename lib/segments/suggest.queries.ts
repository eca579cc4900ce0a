import sql, { type Sql } from "sql-template-tag";
import { NOT_INTERNAL, notInternalPerRow } from "@/lib/identity/own-team.queries";
import { storedValue } from "@/lib/profiles/list/columns.queries";
import { reading } from "@/lib/reading/reading";
import { shownText } from "@/lib/reading/shown-text.queries";
import type { Scope } from "@/lib/scope";
import { EVENT_COLUMN_KEYS, eventValue } from "./behaviour.queries";
import { isPlainNumber, MAX_DIGITS, textOf } from "./property.queries";
import type { ConditionOf } from "./rule";
import type { SuggestedEvent, SuggestedProperty, SuggestedValue } from "./suggest.types";

/** How many people are examined for suggestions: those seen last, because their values are in use. */
const SAMPLE_PEOPLE = 2_000;
const SAMPLE_EVENTS = 1_000;
/** Ingest accepts no properties that nest deeper. */
const MAX_DEPTH = 5;
const MAX_SUGGESTIONS = 50;
const MAX_EVENT_NAMES = 500;

/** A value's JSON type and, for a string, the prefix that decides how it can be read. */
const FORM = sql`jsonb_typeof(o.value) AS form,
           CASE jsonb_typeof(o.value) WHEN 'string' THEN left(o.value #>> '{}', ${MAX_DIGITS + 1}) END AS text`;

/**
 * From `values` (key, form, text), each key once per type of its values, with the number of values that a condition of
 * that type reads (property.queries.ts): for 42 and "42" both a number and a text are offered, each counting both.
 * O(values).
 */
const typesOf = (values: Sql): Sql => sql`
  SELECT k.key, t.type, t.people FROM (
    SELECT key, count(*) FILTER (WHERE form = 'array') AS lists, count(*) FILTER (WHERE form = 'number') AS numbers,
           count(*) FILTER (WHERE form = 'boolean') AS truths, count(*) FILTER (WHERE form = 'string') AS strings,
           count(*) FILTER (WHERE form = 'string' AND text LIKE '____-__-__%' AND iso_time(text) IS NOT NULL) AS dates,
           count(*) FILTER (WHERE form = 'string' AND ${isPlainNumber(sql`text`)}) AS number_texts,
           count(*) FILTER (WHERE form = 'string' AND text IN ('true', 'false')) AS truth_texts
      FROM (${values}) v GROUP BY key) k
   CROSS JOIN LATERAL (VALUES
     ('list', lists > 0, lists), ('number', numbers > 0, numbers + number_texts),
     ('boolean', truths > 0, truths + truth_texts),
     ('date', dates > 0, dates), ('text', strings > dates, strings + numbers + truths)) AS t(type, occurs, people)
   WHERE t.occurs ORDER BY t.people DESC, k.key, t.type LIMIT ${MAX_SUGGESTIONS}`;

/** The values to suggest: single ones, the items of lists, or both. */
export type ValueKind = "single" | "item" | "any";

/** The distinct texts of the single values in `value`; lists may have other items, but no condition can use those. */
const textsOf = (value: Sql, kind: ValueKind): Sql => sql`
  SELECT DISTINCT ${textOf(sql`one.value`)} AS value FROM jsonb_path_query(${value}, '$[*]') AS one(value)
   WHERE ${kind} = 'any' OR (jsonb_typeof(${value}) = 'array') = (${kind} = 'item')`;

const fragmentPattern = (fragment: string): string => `%${fragment.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

/**
 * The properties of the profiles seen last and of visitors with properties. profile_stats_last_min_idx, profiles_pkey;
 * profile_facts_props_idx.
 */
const sample = (scope: Scope) => sql`
  SELECT p.props FROM (
    SELECT t.profile_id FROM profile_stats t
     WHERE t.project_id = ${scope.projectId} AND ${notInternalPerRow(scope.projectId, sql`t.profile_id`)}
     ORDER BY t.last_min DESC NULLS LAST, t.profile_id DESC LIMIT ${SAMPLE_PEOPLE}) t
    JOIN profiles p ON p.project_id = ${scope.projectId} AND p.id = t.profile_id
  UNION ALL
  (SELECT f.props
     FROM profile_facts f
    WHERE f.project_id = ${scope.projectId} AND f.person < 0 AND f.props <> '{}' AND ${NOT_INTERNAL}
    LIMIT ${SAMPLE_PEOPLE})`;

/** Properties of the people seen last, most common first, once per type of their values. O(2,000 people). */
export async function suggestProperties(scope: Scope, fragment = ""): Promise<SuggestedProperty[]> {
  const { rows } = await reading(scope).query<SuggestedProperty>(
    typesOf(sql`SELECT o.key, ${FORM} FROM (${sample(scope)}) s CROSS JOIN LATERAL jsonb_each(s.props) o
                 WHERE lower(o.key) LIKE ${fragmentPattern(fragment)}`),
  );
  return rows;
}

const sampleOfAccounts = (scope: Scope) => sql`
  SELECT a.properties
    FROM account_facts a
   WHERE a.project_id = ${scope.projectId}
   ORDER BY a.last_seen DESC NULLS FIRST, a.account_id DESC
   LIMIT ${SAMPLE_PEOPLE}`;

/** The most common of `texts` that contain the fragment; `texts` reads a row of the sample as `s`. */
async function mostCommon(scope: Scope, from: Sql, texts: Sql, fragment: string): Promise<SuggestedValue[]> {
  const { rows } = await reading(scope).query<SuggestedValue>(sql`
    SELECT value, count(*) AS people FROM (
      SELECT one.value FROM (${from}) s CROSS JOIN LATERAL (${texts}) one) v
     WHERE value IS NOT NULL AND length(value) <= 200 AND lower(value) LIKE ${fragmentPattern(fragment)}
     GROUP BY value ORDER BY people DESC, value LIMIT ${MAX_SUGGESTIONS}`);
  return rows;
}

/** Values of an account's property in the sample, most common first. */
export async function suggestAccountValues(
  scope: Scope,
  key: string,
  fragment = "",
  kind: ValueKind = "any",
): Promise<SuggestedValue[]> {
  return mostCommon(scope, sampleOfAccounts(scope), textsOf(sql`(s.properties -> ${key}::text)`, kind), fragment);
}

/** Like suggestProperties, for accounts: the 2,000 seen last (account_facts_last_seen_idx). */
export async function suggestAccountProperties(scope: Scope, fragment = ""): Promise<SuggestedProperty[]> {
  const { rows } = await reading(scope).query<SuggestedProperty>(
    typesOf(sql`SELECT o.key, ${FORM} FROM (${sampleOfAccounts(scope)}) s
                 CROSS JOIN LATERAL jsonb_each(s.properties) o
                 WHERE lower(o.key) LIKE ${fragmentPattern(fragment)}`),
  );
  return rows;
}

/** Values of a property among the people seen last (a list's items one by one), most common first. O(2,000 people). */
export async function suggestValues(
  scope: Scope,
  key: string,
  fragment = "",
  kind: ValueKind = "any",
): Promise<SuggestedValue[]> {
  return mostCommon(scope, sample(scope), textsOf(sql`(s.props -> ${key}::text)`, kind), fragment);
}

/**
 * Values of a built-in column (country, source …) among the people seen last, most common first.
 * profile_facts_last_seen_idx.
 */
export async function suggestFacts(
  scope: Scope,
  field: ConditionOf<"fact">["field"],
  fragment = "",
): Promise<SuggestedValue[]> {
  const { rows } = await reading(scope).query<SuggestedValue>(sql`
    SELECT value, count(*) AS people FROM (
      (SELECT ${storedValue(field)} AS value
         FROM profile_facts f
        WHERE f.project_id = ${scope.projectId} AND NOT f.anonymous AND ${NOT_INTERNAL}
        ORDER BY f.last_seen DESC, f.person DESC
        LIMIT ${SAMPLE_PEOPLE})
      UNION ALL
      (SELECT ${storedValue(field)}
         FROM profile_facts f
        WHERE f.project_id = ${scope.projectId} AND f.anonymous AND ${NOT_INTERNAL}
        ORDER BY f.last_seen DESC, f.person DESC
        LIMIT ${SAMPLE_PEOPLE})) v
     WHERE value IS NOT NULL AND lower(value) LIKE ${fragmentPattern(fragment)}
     GROUP BY value ORDER BY people DESC, value LIMIT ${MAX_SUGGESTIONS}`);
  return rows;
}

/**
 * Every event name of the project that contains the fragment, most recently used first. Skip scan of events_name_ts_idx
 * from name to name, so it costs two probes per name, not a scan of the events; examines at most 500 names.
 */
export async function suggestEvents(scope: Scope, fragment = ""): Promise<SuggestedEvent[]> {
  const { rows } = await reading(scope).query<SuggestedEvent>(sql`
    WITH RECURSIVE names AS (
      (SELECT e.name, 1 AS n
         FROM events e
        WHERE e.project_id = ${scope.projectId} AND e.kind = 'event'
        ORDER BY e.name
        LIMIT 1)
      UNION ALL
      SELECT (SELECT e.name
                FROM events e
               WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name > o.name
               ORDER BY e.name
               LIMIT 1),
             o.n + 1
        FROM names o WHERE o.name IS NOT NULL AND o.n < ${MAX_EVENT_NAMES})
    SELECT o.name, e.ts AS "lastAt"
      FROM names o CROSS JOIN LATERAL (
        SELECT e.ts
          FROM events e
         WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = o.name
         ORDER BY e.ts DESC
         LIMIT 1) e
     WHERE o.name IS NOT NULL AND lower(${shownText(scope, sql`o.name`)}) LIKE ${fragmentPattern(fragment)}
     ORDER BY e.ts DESC, o.name LIMIT ${MAX_SUGGESTIONS}`);
  return rows;
}

/**
 * Properties of an event's newest 1,000 occurrences (for "": of all events), nested ones by dotted path, as eventValue
 * reads them: a key with the whole name comes first, and anything in or below a nested key with a dot cannot be
 * reached. events_name_ts_idx; events_pkey.
 */
export async function suggestEventProperties(scope: Scope, event: string): Promise<SuggestedProperty[]> {
  const { rows } = await reading(scope).query<SuggestedProperty>(sql`
    WITH RECURSIVE newest AS (
      SELECT e.id, e.properties FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event'
             ${event === "" ? sql`ORDER BY e.id DESC` : sql`AND e.name = ${event} ORDER BY e.ts DESC`}
       LIMIT ${SAMPLE_EVENTS}),
    leaves AS (
      SELECT n.id, o.key, o.value, 1 AS depth FROM newest n CROSS JOIN LATERAL jsonb_each(n.properties) o
      UNION ALL
      SELECT l.id, l.key || '.' || o.key, o.value, l.depth + 1 FROM leaves l CROSS JOIN LATERAL jsonb_each(l.value) o
       WHERE jsonb_typeof(l.value) = 'object' AND l.depth < ${MAX_DEPTH}
         AND (l.depth > 1 OR strpos(l.key, '.') = 0) AND strpos(o.key, '.') = 0)
    ${typesOf(sql`
      SELECT key, form, text FROM (
        SELECT DISTINCT ON (o.id, o.key) o.key, ${FORM} FROM leaves o
         WHERE jsonb_typeof(o.value) <> 'null' AND o.key <> ALL(${EVENT_COLUMN_KEYS}::text[])
         ORDER BY o.id, o.key, o.depth) l
       WHERE form <> 'object'`)}`);
  return rows;
}

/**
 * Values of a property of an event's newest 1,000 occurrences (a list's items one by one; $path and the like are the
 * event's own fields), most common first. events_name_ts_idx.
 */
export async function suggestEventValues(
  scope: Scope,
  event: string,
  key: string,
  fragment = "",
  kind: ValueKind = "any",
): Promise<SuggestedValue[]> {
  const { rows } = await reading(scope).query<SuggestedValue>(sql`
    SELECT value, count(*) AS people FROM (
      SELECT one.value FROM (
        SELECT ${eventValue(key)} AS held FROM events e
         WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = ${event}
         ORDER BY e.ts DESC
         LIMIT ${SAMPLE_EVENTS}) s
       CROSS JOIN LATERAL (${textsOf(sql`s.held`, kind)}) one) v
     WHERE value IS NOT NULL AND length(value) <= 200 AND lower(value) LIKE ${fragmentPattern(fragment)}
     GROUP BY value ORDER BY people DESC, value LIMIT ${MAX_SUGGESTIONS}`);
  return rows;
}
