import sql, { type Sql } from "sql-template-tag";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { textOf } from "@/lib/segments/property.queries";
import { type ComparedRowKind, MIN_SUPPORT } from "./compared-rows";
import type { ComparedCount } from "./counts.queries";

const MAX_ROWS = 400;
const MAX_VALUE_CHARS = 100;
/** Properties that identify a single company. */
const IDENTIFYING = ["name", "domain", "website", "email", "phone", "id", "logo"];
const AUTOMATIC = ["session_start", "session_end"];

export type AccountSides = { a: readonly string[]; b: readonly string[] };

const COUNTED = sql`count(*) FILTER (WHERE in_a) AS a, count(*) FILTER (WHERE NOT in_a) AS b`;

const shares = (kind: ComparedRowKind, key: Sql, value: Sql, of: Sql): Sql => sql`
  (SELECT ${kind}::text AS kind, ${key}::text AS key, NULL::text AS property, ${value}::text AS value, NULL::int AS n,
          ${COUNTED}
     FROM (${of}) q
    WHERE ${value} IS NULL OR length(${value}) BETWEEN 1 AND ${MAX_VALUE_CHARS}
    GROUP BY 2, 4 HAVING count(*) >= ${MIN_SUPPORT}
    ORDER BY count(*) DESC, 2, 4 LIMIT ${MAX_ROWS})`;

const spread = (key: string, of: Sql): Sql => sql`
  (SELECT 'activity', ${key}::text, NULL, NULL, least(n, 1000000)::int, ${COUNTED} FROM (${of}) q GROUP BY 5)`;

/**
 * What accounts' people did in their first `days` × 24 hours, and what the accounts are: each row with its number of
 * accounts per group. Whether an event was done by then follows from its first time, so no events are read.
 * account_events_pkey, account_people_pkey, account_days_pkey; O(accounts × their people × event names).
 */
export async function accountCounts(scope: Scope, { a, b }: AccountSides, days: number): Promise<ComparedCount[]> {
  const { projectId } = scope;
  const { rows } = await readHeavily<ComparedCount>(
    scope,
    sql`
    WITH sides AS MATERIALIZED (
      SELECT f.account_id, q.in_a, f.type, f.properties, f.first_seen AS lo,
             f.first_seen + make_interval(hours => ${days * 24}::int) AS hi
        FROM (SELECT id, true AS in_a FROM unnest(${a}::text[]) q(id)
              UNION ALL SELECT id, false FROM unnest(${b}::text[]) q(id)) q
        JOIN account_facts f ON f.project_id = ${projectId} AND f.account_id = q.id),
    account_persons AS MATERIALIZED (
      SELECT s.account_id, s.in_a, s.hi, p.person, p.first_at
        FROM sides s
        JOIN account_people p ON p.project_id = ${projectId} AND p.account_id = s.account_id
       WHERE NOT p.is_internal),
    done_events AS MATERIALIZED (
      SELECT DISTINCT m.account_id, m.in_a, e.name
        FROM account_persons m
        JOIN account_events e ON e.project_id = ${projectId} AND e.account_id = m.account_id AND e.person = m.person
       WHERE e.first_at < m.hi AND e.name <> ALL(${AUTOMATIC}))
    ${shares("event", sql`name`, sql`NULL::text`, sql`SELECT in_a, name FROM done_events`)}
    UNION ALL
    ${shares("origin", sql`'type'`, sql`type`, sql`SELECT in_a, type FROM sides WHERE type IS NOT NULL`)}
    UNION ALL
    ${shares(
      "property",
      sql`key`,
      sql`value`,
      sql`
      SELECT s.in_a, v.key, v.value
        FROM sides s
       CROSS JOIN LATERAL (
         SELECT key, ${textOf(sql`value`)} AS value FROM jsonb_each(s.properties)
          WHERE lower(key) <> ALL(${IDENTIFYING}::text[])) v
       WHERE v.value IS NOT NULL`,
    )}
    UNION ALL
    ${spread(
      "people",
      sql`SELECT in_a, count(*) AS n FROM account_persons WHERE first_at < hi GROUP BY account_id, in_a`,
    )}
    UNION ALL
    ${spread(
      "days",
      sql`
      SELECT s.in_a, count(*) AS n
        FROM sides s
        JOIN account_days d ON d.project_id = ${projectId} AND d.account_id = s.account_id AND d.people > 0
         AND d.day >= (s.lo AT TIME ZONE 'UTC')::date AND d.day < (s.hi AT TIME ZONE 'UTC')::date
       GROUP BY s.account_id, s.in_a`,
    )}
    UNION ALL
    ${spread("features", sql`SELECT in_a, count(*) AS n FROM done_events GROUP BY account_id, in_a`)}`,
    { work_mem: "64MB", jit: "off" },
  );
  return rows;
}
