import sql, { type Sql } from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { PERSON_COLUMNS, type RecentPerson, whoIs } from "@/lib/identity/owner.queries";
import type { Scope } from "@/lib/scope";

/** The most people and events shown: a screenful. */
export const MAX_USERS = 50;
export const MAX_USES = 24;

/** Events SDKs send on their own: not features. */
export const AUTOMATIC_NAMES: readonly string[] = [...PAGE_VIEW_NAMES, "session_start", "session_end", "link_out"];

export type User = RecentPerson & { person: number; events: number; lastAt: number; left: boolean };
/** An event, how many people of the account did it, and how often. */
export type Use = { name: string; people: number; events: number };
export type UsedBy = { person: number; name: string; events: number; lastAt: number };
/** Who uses what: the most active people, the most used events, and how often each did each. */
export type Uses = { people: User[]; uses: Use[]; cells: UsedBy[] };

/** account_people_pkey: sorts the account's people. */
export const mostActiveQuery = (scope: Scope, id: string): Sql => sql`
  SELECT a.person, a.events, a.last_at AS "lastAt", a.until IS NOT NULL AS left, ${PERSON_COLUMNS}
    FROM (SELECT p.* FROM account_people p
           WHERE p.project_id = ${scope.projectId} AND p.account_id = ${id} AND p.events > 0 AND NOT p.is_internal
           ORDER BY p.events DESC, p.person DESC
           LIMIT ${MAX_USERS}) a ${whoIs(scope, sql`a.person`)}
   ORDER BY a.events DESC, a.person DESC`;

/** account_names_pkey: O(event names of the account). */
export const mostUsedQuery = (scope: Scope, id: string): Sql => sql`
  SELECT n.name, n.people, n.events FROM account_names n
   WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.people > 0
     AND n.name <> ALL(${AUTOMATIC_NAMES})
   ORDER BY n.people DESC, n.events DESC, n.name
   LIMIT ${MAX_USES}`;

/** account_events_pkey: one range per person. */
export const usedByQuery = (scope: Scope, id: string, people: readonly number[], names: readonly string[]): Sql => sql`
  SELECT e.person, e.name, e.events, e.last_at AS "lastAt" FROM account_events e
   WHERE e.project_id = ${scope.projectId} AND e.account_id = ${id} AND e.person = ANY(${people}::bigint[])
     AND e.name = ANY(${names}::text[])`;

export async function usesOf(scope: Scope, id: string): Promise<Uses> {
  type Row = Omit<User, "name" | "ref"> & { personName: string | null; ref: User["ref"] | null };
  const [found, used] = await Promise.all([
    pool().query<Row>(mostActiveQuery(scope, id)),
    pool().query<Use>(mostUsedQuery(scope, id)),
  ]);
  const people = found.rows.flatMap(({ personName, ref, ...row }) =>
    ref === null ? [] : [{ ...row, ref, name: personName }],
  );
  const names = used.rows.map(({ name }) => name);
  const cells = await pool().query<UsedBy>(
    usedByQuery(
      scope,
      id,
      people.map(({ person }) => person),
      names,
    ),
  );
  return { people, uses: used.rows, cells: cells.rows };
}

/** The account's events by name, without page views, those of most people first: what a timeline can be filtered by. */
export async function eventNamesOf(
  scope: Scope,
  id: string,
  limit: number,
): Promise<{ name: string; count: number }[]> {
  const { rows } = await pool().query<{ name: string; count: number }>(sql`
    SELECT n.name, n.events AS count FROM account_names n
     WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.events > 0
       AND n.name <> ALL(${PAGE_VIEW_NAMES})
     ORDER BY n.events DESC, n.name
     LIMIT ${limit}`);
  return rows;
}
