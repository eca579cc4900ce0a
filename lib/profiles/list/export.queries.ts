import sql, { join, type Sql } from "sql-template-tag";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { Tx } from "@/lib/db/pool";
import { anonymousRefSql, userRefSql } from "@/lib/identity/person-ref.queries";
import { ALARM_IN_FORCE } from "@/lib/risk/alarm.queries";
import type { Scope } from "@/lib/scope";
import { type ListOrder, peopleColumn, textValue } from "./columns.queries";
import { everybodyInOrderQuery } from "./everybody.queries";
import type { Selection } from "./people.queries";

/** Rows fetched from the cursor at a time: about 1 MB of people. */
const FETCH_ROWS = 1_000;

/** A field that can be exported: the ref, a column, or one property. */
export type ExportedField = "ref" | "quiet" | ColumnKey | { property: string };
type ColumnKey = (typeof PEOPLE_COLUMNS)[number]["key"];

export const EXPORTED_FIELDS: readonly ("ref" | ColumnKey)[] = ["ref", ...PEOPLE_COLUMNS.map(({ key }) => key)];

const ISO = (time: Sql): Sql => sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Columns that the engine keeps live (properties, seen times, events); the others are as fresh as the facts. */
const liveValues = (projectId: string): { [key: string]: Sql } => ({
  /** The one id shown of a merged person. */
  ref: sql`CASE WHEN f.person > 0 THEN ${userRefSql(sql`p.display_id`)} ELSE ${anonymousRefSql(sql`i.ext_id`)} END`,
  /** All of their ids, in the order the list shows them; identities_profile_id_idx. */
  userId: sql`(SELECT string_agg(u.ext_id, ', ' ORDER BY u.id) FROM identities u
                WHERE u.project_id = ${projectId} AND u.profile_id = f.person AND u.kind = 'u')`,
  name: sql`p.name`,
  email: sql`p.email`,
  firstSeen: ISO(sql`coalesce(t.first_seen, f.first_seen)`),
  lastSeen: ISO(sql`coalesce(t.last_seen, f.last_seen)`),
  /** The reason of an active alarm, as JSON. */
  quiet: sql`(SELECT r.reason::text FROM person_risk r
               WHERE r.project_id = ${projectId} AND r.person = f.person AND ${ALARM_IN_FORCE})`,
  events: sql`coalesce(t.event_count, f.event_count)`,
});

function exportedValue(projectId: string, key: string): Sql {
  const live = liveValues(projectId)[key];
  const column = peopleColumn(key);
  if (live || !column) return live ?? sql`NULL::text`;
  return column.kind === "time" ? ISO(textValue(column)) : textValue(column);
}

type Cell = string | number | boolean | null;

/**
 * Everybody on a list in its order with the chosen columns, a thousand rows at a time, so that memory does not grow
 * with the number of people. `tx` must belong to a pool without pipelining and be in a REPEATABLE READ transaction, so
 * that all rows are of one snapshot. A cursor over the people (see everybodyInOrderQuery), then a thousand probes per
 * table (primary keys) for each thousand.
 */
export async function* exportPeople(
  tx: Tx,
  scope: Scope,
  selection: Selection,
  order: ListOrder,
  columns: readonly ExportedField[],
): AsyncGenerator<Cell[][]> {
  // The cursor is read to its end, so choose the plan with the lowest total cost, not with the fastest first row.
  await tx.query(sql`SELECT set_config('work_mem', '128MB', true), set_config('cursor_tuple_fraction', '1', true)`);
  await tx.query(sql`DECLARE exported NO SCROLL CURSOR FOR ${everybodyInOrderQuery(scope, selection, order)}`);
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

/** An array rather than json_build_array: a function takes 100 arguments, and a list may have more columns. */
async function cellsOf(tx: Tx, scope: Scope, people: number[], columns: readonly ExportedField[]): Promise<Cell[][]> {
  const cells = columns.map((column) => {
    if (typeof column === "string") return sql`to_json(${exportedValue(scope.projectId, column)})`;
    const value = sql`coalesce(p.props, f.props) -> ${column.property}::text`;
    return sql`CASE jsonb_typeof(${value}) WHEN 'array' THEN to_json((${value})::text) ELSE (${value})::json END`;
  });
  const { rows } = await tx.query<{ cells: Cell[] }>(sql`
    SELECT to_json(ARRAY[${join(cells, ", ")}]::json[]) AS cells
      FROM unnest(${people}::bigint[]) WITH ORDINALITY o(person, place)
      JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = o.person
      LEFT JOIN profiles p ON p.project_id = ${scope.projectId} AND p.id = f.person AND p.created_at IS NOT NULL
      LEFT JOIN profile_stats t ON t.project_id = ${scope.projectId} AND t.profile_id = f.person
      LEFT JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = -f.person
     WHERE p.id IS NOT NULL OR EXISTS (
         SELECT 1 FROM spans s WHERE s.project_id = ${scope.projectId} AND s.stream_id = -f.person
           AND s.owner_id IS NULL AND s.event_count > 0)
     ORDER BY o.place`);
  return rows.map((row) => row.cells);
}
