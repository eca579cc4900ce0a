import sql, { empty, join, type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";
import { everybodyQuery, type Which } from "./queries-people";

/** Rows fetched from the cursor at once: about 1 MB of people. */
const FETCH_ROWS = 1_000;

/** A column of an export: a built-in one, or one property. */
export type ExportColumn = keyof typeof BUILT_IN | { property: string };

const ISO = (time: Sql): Sql => sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Live where the engine keeps it (properties, seen times, events), else the facts. Identities of a merged person: the one shown. */
const BUILT_IN = {
  ref: sql`CASE WHEN f.person > 0 THEN 'u:' || p.display_id ELSE 'a:' || i.ext_id END`,
  name: sql`p.name`,
  email: sql`p.email`,
  firstSeen: ISO(sql`coalesce(t.first_seen, f.first_seen)`),
  lastSeen: ISO(sql`coalesce(t.last_seen, f.last_seen)`),
  signedUp: ISO(sql`f.signed_up_at`),
  events: sql`coalesce(t.event_count, f.event_count)`,
  sessions: sql`f.sessions`,
  activeDays: sql`f.active_days`,
  country: sql`f.country`,
  city: sql`f.city`,
  device: sql`f.device`,
  browser: sql`f.browser`,
  os: sql`f.os`,
  source: sql`f.source`,
  referrer: sql`f.referrer`,
  landingPage: sql`f.landing_path`,
  utmSource: sql`f.utm_source`,
  utmMedium: sql`f.utm_medium`,
  utmCampaign: sql`f.utm_campaign`,
  lastEvent: sql`f.last_event`,
} as const;

export const EXPORT_COLUMNS = Object.keys(BUILT_IN) as (keyof typeof BUILT_IN)[];

export type Cell = string | number | boolean | null;

/**
 * Everybody of a list with the chosen columns, a thousand at a time, however many they are: a cursor in a transaction of its own,
 * so one moment's picture, and memory for a thousand rows. `tx` must be of a pool without pipelining, inside a transaction.
 * Ordered by person. The set is found as by everybodyQuery, then one probe a table and person (primary keys).
 */
export async function* exportPeople(
  tx: Tx,
  scope: Scope,
  which: Which,
  columns: readonly ExportColumn[],
): AsyncGenerator<Cell[][]> {
  const cells = columns.map((column) =>
    typeof column === "string"
      ? sql`to_json(${BUILT_IN[column]})`
      : sql`CASE jsonb_typeof(coalesce(p.props, f.props) -> ${column.property}::text) WHEN 'array' THEN to_json((coalesce(p.props, f.props) -> ${column.property}::text)::text)
             ELSE (coalesce(p.props, f.props) -> ${column.property}::text)::json END`,
  );
  const sets = which.filter && which.filter.ctes.length > 0 ? sql`WITH ${join(which.filter.ctes, ", ")}` : empty;
  const people = everybodyQuery(scope, { ...which, filter: which.filter && { ...which.filter, ctes: [] } });
  const query = sql`
    DECLARE exported NO SCROLL CURSOR FOR ${sets}
    SELECT json_build_array(${join(cells, ", ")}) AS cells
      FROM (${people}) q
      JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = q.person
      LEFT JOIN profiles p ON p.project_id = ${scope.projectId} AND p.id = q.person AND p.created_at IS NOT NULL
      LEFT JOIN profile_stats t ON t.project_id = ${scope.projectId} AND t.profile_id = q.person
      LEFT JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = -q.person
     WHERE p.id IS NOT NULL OR EXISTS (
       SELECT 1 FROM spans s WHERE s.project_id = ${scope.projectId} AND s.stream_id = -q.person AND s.owner_id IS NULL AND s.event_count > 0)
     ORDER BY f.person`;
  await tx.query("SET LOCAL work_mem = '128MB'");
  await tx.query(query);
  for (;;) {
    const { rows } = await tx.query<{ cells: Cell[] }>(sql`FETCH 1000 FROM exported`);
    if (rows.length > 0) yield rows.map((row) => row.cells);
    if (rows.length < FETCH_ROWS) return;
  }
}
