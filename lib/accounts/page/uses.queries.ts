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
/**
 * How many people of the account used a feature of the project's list, and how often; `name` is its id, `label` its
 * name. Before a list is saved: the same for an event, with a null label.
 */
export type Use = { name: string; label: string | null; of: string[]; people: number; events: number };
export type UsedBy = { person: number; name: string; events: number; lastAt: number };
/** Who uses what: the most active people, the features in order of use, and how often each person used each. */
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
  SELECT n.name, NULL AS label, ARRAY[n.name] AS of, n.people, n.events FROM account_names n
   WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.people > 0
     AND n.name <> ALL(${AUTOMATIC_NAMES})
   ORDER BY n.people DESC, n.events DESC, n.name
   LIMIT ${MAX_USES}`;

/** account_events_pkey: one range per person. */
export const usedByQuery = (scope: Scope, id: string, people: readonly number[], names: readonly string[]): Sql => sql`
  SELECT e.person, e.name, e.events, e.last_at AS "lastAt" FROM account_events e
   WHERE e.project_id = ${scope.projectId} AND e.account_id = ${id} AND e.person = ANY(${people}::bigint[])
     AND e.name = ANY(${names}::text[])`;

/** The project's features with their use here, untried ones last. features_pkey, account_events_pkey. */
export const featuresUsedQuery = (scope: Scope, id: string): Sql => sql`
  SELECT g.id::text AS name, g.name AS label, g.events AS of, coalesce(u.people, 0) AS people,
         coalesce(u.events, 0) AS events
    FROM features g
    LEFT JOIN (
      SELECT x.id, count(DISTINCT e.person)::int AS people, sum(e.events)::bigint AS events
        FROM features x
        JOIN account_events e ON e.project_id = ${scope.projectId} AND e.account_id = ${id} AND e.name = ANY(x.events)
        JOIN account_people a ON a.project_id = ${scope.projectId} AND a.account_id = ${id} AND a.person = e.person
       WHERE x.project_id = ${scope.projectId} AND NOT a.is_internal
       GROUP BY x.id) u ON u.id = g.id
   WHERE g.project_id = ${scope.projectId}
   ORDER BY coalesce(u.people, 0) DESC, coalesce(u.events, 0) DESC, g.position, g.id`;

/** `isNamed`: the project has saved its own list of features. */
export async function usesOf(scope: Scope, id: string): Promise<Uses & { isNamed: boolean }> {
  type Row = Omit<User, "name" | "ref"> & { personName: string | null; ref: User["ref"] | null };
  const [found, named] = await Promise.all([
    pool().query<Row>(mostActiveQuery(scope, id)),
    pool().query<Use>(featuresUsedQuery(scope, id)),
  ]);
  const isNamed = named.rows.length > 0;
  const uses = isNamed ? named.rows : (await pool().query<Use>(mostUsedQuery(scope, id))).rows;
  const people = found.rows.flatMap(({ personName, ref, ...row }) =>
    ref === null ? [] : [{ ...row, ref, name: personName }],
  );
  const wanted = people.map(({ person }) => person);
  const names = uses.flatMap(({ of }) => of);
  const { rows } = await pool().query<UsedBy>(usedByQuery(scope, id, wanted, names));
  return { people, uses, cells: isNamed ? byFeature(rows, uses) : rows, isNamed };
}

/** Somebody's combined use of a feature's events. */
function byFeature(cells: readonly UsedBy[], features: readonly Use[]): UsedBy[] {
  const featureOf = new Map(features.flatMap(({ name, of }) => of.map((event) => [event, name])));
  const sums = new Map<string, UsedBy>();
  for (const cell of cells) {
    const name = featureOf.get(cell.name) ?? cell.name;
    const key = `${cell.person} ${name}`;
    const known = sums.get(key);
    sums.set(key, {
      person: cell.person,
      name,
      events: cell.events + (known?.events ?? 0),
      lastAt: Math.max(cell.lastAt, known?.lastAt ?? cell.lastAt),
    });
  }
  return [...sums.values()];
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
