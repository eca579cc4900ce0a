import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { mergeRegisters, type Registers } from "@/lib/identity/fold";
import { ownAccounts } from "@/lib/identity/own-team.queries";
import type { JsonObject } from "@/lib/json";
import { isDomain } from "./free-mail";
import { foldAccount } from "./group-deltas";
import { ACCOUNT_PERIODS, activeInPeriods } from "./periods.queries";
import { writeAccountValues } from "./sorted-columns.store";

/** Facts computed by an older version are recomputed. */
export const ACCOUNT_FACTS_VERSION = 2;

/** Characters of an account's ids, name, type and property values that the search index covers. */
const MAX_SEARCH_CHARS = 8_192;
/** A lone surrogate at the end, which truncation may leave and Postgres rejects in JSON. */
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

type Source = { id: string; canonical: string; registers: Registers; isAlive: boolean; erasedUntil: number | null };

/**
 * Computes the facts of accounts and writes those that changed; deletes the row of an account that was erased or merged
 * into another. Call it under lockFacts and after writing the accounts' states. O(people of these accounts):
 * account_people_pkey, 60 days of account_days and a probe of account_states_pkey each.
 */
export async function writeAccountFacts(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  const { rows } = await tx.query<Source>(
    prepared(sql`
      SELECT a.id, coalesce(a.merged_into, a.id) AS canonical, a.registers,
             a.erased_until IS NULL OR a.created_at > a.erased_until AS "isAlive",
             a.erased_until AS "erasedUntil"
        FROM accounts a
       WHERE a.project_id = ${projectId} AND (a.id = ANY(${ids}::text[]) OR a.merged_into = ANY(${ids}::text[]))`),
  );
  const documents = ids.map((id) => documentOf(id, rows));
  await tx.query(
    prepared(sql`
    WITH today AS (
      SELECT (q.now AT TIME ZONE 'UTC')::date AS day, q.now FROM (SELECT ${timestamp(nowMs)}::timestamptz AS now) q),
    wanted AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(documents)}::json)
          AS q(id text, alive boolean, erased timestamptz, name text, type text, domain text, properties jsonb,
               search text)),
    account_persons AS (
      SELECT x.account_id, count(*) FILTER (WHERE w.erased IS NULL OR x.since > w.erased) AS everybody,
             count(*) FILTER (WHERE NOT x.is_internal) AS counted,
             count(*) FILTER (WHERE NOT x.is_internal AND (x.until IS NULL OR x.until > t.now)) AS people,
             count(*) FILTER (WHERE NOT x.is_internal AND x.until <= t.now) AS former,
             count(*) FILTER (WHERE x.is_internal) AS internal,
             count(*) FILTER (WHERE x.acts_for_many AND x.until IS NULL) AS act_for_many,
             ${activeInPeriods(sql`x`, sql`t.day`)} AS period_people,
             count(*) FILTER (WHERE NOT x.is_internal AND (x.until IS NULL OR x.until > t.now)
                                AND x.since > t.now - interval '30 days') AS joined_30,
             count(*) FILTER (WHERE NOT x.is_internal AND (x.last_at AT TIME ZONE 'UTC')::date > t.day - 7) AS active_7,
             count(*) FILTER (
               WHERE NOT x.is_internal AND (x.last_at AT TIME ZONE 'UTC')::date > t.day - 30) AS active_30,
             min(x.first_at) FILTER (WHERE NOT x.is_internal) AS first_seen,
             max(x.last_at) FILTER (WHERE NOT x.is_internal) AS last_seen,
             coalesce(sum(x.revenue) FILTER (WHERE NOT x.is_internal), 0)::bigint AS revenue
        FROM wanted w
       CROSS JOIN today t
        JOIN account_people x ON x.project_id = ${projectId} AND x.account_id = w.id
       GROUP BY x.account_id),
    recent AS (
      SELECT x.account_id, coalesce(sum(x.events) FILTER (WHERE x.day > t.day - 30), 0)::int AS events_30,
             coalesce(sum(x.events) FILTER (WHERE x.day <= t.day - 30), 0)::int AS events_30_before
        FROM wanted w
       CROSS JOIN today t
        JOIN account_days x ON x.project_id = ${projectId} AND x.account_id = w.id AND x.day > t.day - 60
         AND x.day <= t.day
       GROUP BY x.account_id),
    weeks AS (
      SELECT w.id AS account_id, array_agg(coalesce(x.people, 0) ORDER BY g.back DESC) AS week_people
        FROM wanted w
       CROSS JOIN today t
       CROSS JOIN generate_series(0, 11) g(back)
        LEFT JOIN account_weeks x ON x.project_id = ${projectId} AND x.account_id = w.id
         AND x.week = date_trunc('week', t.day)::date - 7 * g.back
       GROUP BY w.id),
    feature_counts AS (
      SELECT x.account_id, count(DISTINCT CASE WHEN l.named THEN g.id::text ELSE x.name END)::int AS features_used
        FROM wanted w
        JOIN account_names x ON x.project_id = ${projectId} AND x.account_id = w.id
       CROSS JOIN (SELECT EXISTS (SELECT 1 FROM features WHERE project_id = ${projectId}) AS named) l
        LEFT JOIN features g ON g.project_id = ${projectId} AND x.name = ANY(g.events)
       WHERE x.people > 0 AND CASE WHEN l.named THEN g.id IS NOT NULL
               ELSE x.name NOT IN ('screen_view', 'session_start', 'session_end', 'link_out') END
       GROUP BY x.account_id),
    people_by_feature AS (
      SELECT q.account_id, jsonb_object_agg(q.id, q.people) AS feature_people
        FROM (SELECT w.id AS account_id, g.id, count(DISTINCT e.person) AS people
                FROM wanted w
                JOIN features g ON g.project_id = ${projectId} AND cardinality(g.events) > 1
                JOIN account_events e ON e.project_id = ${projectId} AND e.account_id = w.id AND e.name = ANY(g.events)
                JOIN account_people x ON x.project_id = ${projectId} AND x.account_id = w.id AND x.person = e.person
               WHERE NOT x.is_internal
               GROUP BY w.id, g.id) q
       GROUP BY q.account_id),
    existing_accounts AS (
      SELECT w.id FROM wanted w LEFT JOIN account_persons m ON m.account_id = w.id WHERE w.alive OR m.everybody > 0),
    deleted_facts AS (
      DELETE FROM account_facts f USING wanted w
       WHERE f.project_id = ${projectId} AND f.account_id = w.id
         AND NOT EXISTS (SELECT 1 FROM existing_accounts l WHERE l.id = w.id)),
    cleared_marks AS (
      DELETE FROM account_stale s USING wanted w WHERE s.project_id = ${projectId} AND s.account_id = w.id)
    INSERT INTO account_facts AS f (
             project_id, account_id, name_key, name, type, domain, people, former, internal, act_for_many, joined_30,
             active_7, active_30, period_people, events_30, events_30_before, week_people, features_used,
             feature_people, first_seen, last_seen, revenue, properties, search_text,
             is_internal, state, risk, computed_on, version)
    SELECT ${projectId}::uuid, w.id, left(lower(coalesce(w.name, w.id)), 255), w.name, left(w.type, 255), w.domain,
           coalesce(m.people, 0), coalesce(m.former, 0), coalesce(m.internal, 0), coalesce(m.act_for_many, 0),
           coalesce(m.joined_30, 0), coalesce(m.active_7, 0), coalesce(m.active_30, 0),
           coalesce(m.period_people, array_fill(0, ARRAY[${2 * ACCOUNT_PERIODS.length}::int])),
           coalesce(r.events_30, 0),
           coalesce(r.events_30_before, 0), k.week_people, coalesce(u.features_used, 0),
           coalesce(h.feature_people, '{}'),
           m.first_seen, m.last_seen, coalesce(m.revenue, 0), w.properties, w.search,
           coalesce(m.everybody > 0 AND m.counted = 0, false) OR w.id IN (${ownAccounts(projectId)}), (
             SELECT CASE WHEN s.until > t.day
                         THEN (ARRAY['new', 'active', 'slipping', 'dormant', 'resurrected'])[s.state] END
               FROM account_states s
              WHERE s.project_id = ${projectId} AND s.account_id = w.id AND s.since <= t.day
              ORDER BY s.since DESC LIMIT 1), (
             SELECT 1 - r.probability FROM account_risk r
              WHERE r.project_id = ${projectId} AND r.account_id = w.id
                AND r.last_day >= (m.last_seen AT TIME ZONE 'UTC')::date), t.day, ${ACCOUNT_FACTS_VERSION}::smallint
      FROM wanted w
      JOIN existing_accounts l ON l.id = w.id
      JOIN weeks k ON k.account_id = w.id
     CROSS JOIN today t
      LEFT JOIN account_persons m ON m.account_id = w.id
      LEFT JOIN recent r ON r.account_id = w.id
      LEFT JOIN feature_counts u ON u.account_id = w.id
      LEFT JOIN people_by_feature h ON h.account_id = w.id
     ORDER BY w.id
    ON CONFLICT (project_id, account_id) DO UPDATE SET
      (name_key, name, type, domain, people, former, internal, act_for_many, joined_30, active_7, active_30,
       period_people, events_30, events_30_before, week_people, features_used, feature_people, first_seen, last_seen,
       revenue, properties, search_text, is_internal, state, risk, computed_on, version)
      = (excluded.name_key, excluded.name, excluded.type, excluded.domain, excluded.people, excluded.former,
         excluded.internal, excluded.act_for_many, excluded.joined_30, excluded.active_7, excluded.active_30,
         excluded.period_people, excluded.events_30, excluded.events_30_before, excluded.week_people,
         excluded.features_used, excluded.feature_people, excluded.first_seen, excluded.last_seen, excluded.revenue,
         excluded.properties, excluded.search_text, excluded.is_internal, excluded.state, excluded.risk,
         excluded.computed_on, excluded.version)
      WHERE f IS DISTINCT FROM excluded`),
  );
  await writeAccountValues(tx, projectId, ids);
  await prune(tx, projectId, ids);
}

/** Copies the risk job's results for these accounts, except those that have come back since. Primary keys. */
export async function writeRiskColumn(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    UPDATE account_facts f SET risk = w.risk
      FROM (SELECT x.account_id, (
              SELECT 1 - r.probability FROM account_risk r
               WHERE r.project_id = ${projectId} AND r.account_id = x.account_id
                 AND r.last_day >= (x.last_seen AT TIME ZONE 'UTC')::date) AS risk
              FROM account_facts x
             WHERE x.project_id = ${projectId} AND x.account_id = ANY(${ids}::text[])) w
     WHERE f.project_id = ${projectId} AND f.account_id = w.account_id AND f.risk IS DISTINCT FROM w.risk`);
}

/** Changes that the history of an account's properties keeps, newest first. */
const MAX_LOGGED = 500;

/** Deletes sums that are zero, and history beyond MAX_LOGGED. Primary keys. */
async function prune(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    prepared(sql`
      DELETE FROM account_changes c
       USING unnest(${ids}::text[]) a(id)
       CROSS JOIN LATERAL (
         SELECT x.ts, x.id FROM account_changes x
          WHERE x.project_id = ${projectId} AND x.account_id = a.id
          ORDER BY x.ts DESC, x.id DESC OFFSET ${MAX_LOGGED} LIMIT 1) last
       WHERE c.project_id = ${projectId} AND c.account_id = a.id AND (c.ts, c.id) <= (last.ts, last.id)`),
  );
  await tx.query(
    prepared(sql`
      DELETE FROM account_days
       WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND people = 0 AND events = 0`),
  );
  await tx.query(
    prepared(sql`
      DELETE FROM account_weeks WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND people = 0`),
  );
  await tx.query(
    prepared(sql`
      DELETE FROM account_names
       WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND people = 0 AND events = 0`),
  );
}

type Document = {
  id: string;
  alive: boolean;
  erased: string | null;
  name: string | null;
  type: string | null;
  domain: string | null;
  properties: JsonObject;
  search: string;
};

/** The combined names and properties of an account and those merged into it. */
function documentOf(id: string, rows: readonly Source[]): Document {
  // In order, as that of the rows depends on the plan.
  const own = rows.filter((row) => row.canonical === id).sort((a, b) => (a.id < b.id ? -1 : 1));
  const { type, name, properties } = foldAccount(mergeRegisters(own.map(({ registers }) => registers)));
  const { domain } = properties;
  const sent = typeof domain === "string" ? domain.trim().toLowerCase() : id.toLowerCase();
  const values = Object.keys(properties)
    .sort()
    .map((key) => properties[key])
    .map((value) => (typeof value === "object" ? JSON.stringify(value) : value));
  return {
    id,
    // An account merged into another has no row of its own.
    alive: own.some((row) => row.id === id && row.canonical === id) && own.some(({ isAlive }) => isAlive),
    erased: timestamp(own.find((row) => row.id === id)?.erasedUntil ?? null),
    name,
    type,
    domain: isDomain(sent) ? sent : null,
    properties,
    search: [name, ...own.map((row) => row.id), type, ...values]
      .filter((part) => part !== null)
      .join("\n")
      .toLowerCase()
      .slice(0, MAX_SEARCH_CHARS)
      .replace(HALF_A_CHARACTER, ""),
  };
}
