import sql, { join, type Sql } from "sql-template-tag";
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
 * Everybody of a list with the chosen columns, a thousand at a time, however many they are: memory for a thousand rows. `tx` must be
 * of a pool without pipelining, in a REPEATABLE READ transaction, so that all of it is one moment's picture. Ordered by person.
 * A cursor over the people (as everybodyQuery finds them), then a thousand probes a table (primary keys) for each thousand.
 */
export async function* exportPeople(
  tx: Tx,
  scope: Scope,
  which: Which,
  columns: readonly ExportColumn[],
): AsyncGenerator<Cell[][]> {
  await tx.query("SET LOCAL work_mem = '128MB'");
  await tx.query(sql`DECLARE exported NO SCROLL CURSOR FOR ${everybodyQuery(scope, which)} ORDER BY person`);
  for (;;) {
    const { rows } = await tx.query<{ person: number }>(sql`FETCH 1000 FROM exported`);
    if (rows.length > 0)
      yield await cellsOf(
        tx,
        scope,
        rows.map((row) => row.person),
        columns,
      );
    if (rows.length < FETCH_ROWS) return;
  }
}

async function cellsOf(tx: Tx, scope: Scope, people: number[], columns: readonly ExportColumn[]): Promise<Cell[][]> {
  const cells = columns.map((column) => {
    if (typeof column === "string") return sql`to_json(${BUILT_IN[column]})`;
    const value = sql`coalesce(p.props, f.props) -> ${column.property}::text`;
    return sql`CASE jsonb_typeof(${value}) WHEN 'array' THEN to_json((${value})::text) ELSE (${value})::json END`;
  });
  const { rows } = await tx.query<{ cells: Cell[] }>(sql`
    SELECT json_build_array(${join(cells, ", ")}) AS cells
      FROM profile_facts f
      LEFT JOIN profiles p ON p.project_id = f.project_id AND p.id = f.person AND p.created_at IS NOT NULL
      LEFT JOIN profile_stats t ON t.project_id = f.project_id AND t.profile_id = f.person
      LEFT JOIN identities i ON i.project_id = f.project_id AND i.id = -f.person
     WHERE f.project_id = ${scope.projectId} AND f.person = ANY(${people}::bigint[])
       AND (p.id IS NOT NULL OR EXISTS (
         SELECT 1 FROM spans s WHERE s.project_id = ${scope.projectId} AND s.stream_id = -f.person AND s.owner_id IS NULL AND s.event_count > 0))
     ORDER BY f.person`);
  return rows.map((row) => row.cells);
}
