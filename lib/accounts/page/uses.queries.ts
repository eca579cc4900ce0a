import sql, { type Sql } from "sql-template-tag";
import { MAX_USERS } from "@/lib/accounts/types";
import { prepared } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { joinPersonOfNumber, PERSON_COLUMNS, type RecentPerson } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** The most events shown: a screenful, as MAX_USERS. */
const MAX_USES = 24;

/** Events that SDKs send automatically: not features. */
export const AUTOMATIC_NAMES: readonly string[] = [...PAGE_VIEW_NAMES, "session_start", "session_end", "link_out"];

export type AccountUser = RecentPerson & { person: number; events: number; lastAt: number; left: boolean };
/**
 * How many people of the account used a feature, and how often; `name` is its id, `label` its name. Until the project
 * saves a list of features, each event counts as one, with a null label.
 */
export type AccountFeatureUse = { name: string; label: string | null; of: string[]; people: number; events: number };
export type PersonFeatureUse = { person: number; name: string; events: number; lastAt: number };
/** The most active people, the features by use, and how often each person used each feature. */
export type AccountUses = { people: AccountUser[]; uses: AccountFeatureUse[]; cells: PersonFeatureUse[] };

/**
 * The people, the features (until a list is saved, the events) with their use, untried ones last, and how often each of
 * these people did each event. account_people_events_idx, account_names_pkey, features_pkey, then account_events_pkey
 * once per person, whatever the size of the account. The people of a feature with several events are counted from the
 * account's rows until the facts job has materialized their number.
 */
export const usesQuery = (scope: Scope, id: string): Sql => sql`
  WITH people AS MATERIALIZED (
    SELECT p.person, p.events, p.last_at, p.until IS NOT NULL AS left
      FROM account_people p
     WHERE p.project_id = ${scope.projectId} AND p.account_id = ${id} AND p.events > 0 AND NOT p.is_internal
     ORDER BY p.events DESC, p.person DESC
     LIMIT ${MAX_USERS}),
  saved_features AS MATERIALIZED (
    SELECT g.id, g.name, g.events, g.position FROM features g WHERE g.project_id = ${scope.projectId}),
  saved_feature_uses AS (
    SELECT g.id::text AS name, g.name AS label, g.events AS of, coalesce(u.events, 0) AS events, CASE
             WHEN coalesce(u.names, 0) < 2 THEN coalesce(u.people, 0)
             ELSE coalesce((
               SELECT (f.feature_people ->> g.id::text)::int FROM account_facts f
                WHERE f.project_id = ${scope.projectId} AND f.account_id = ${id}), (
               SELECT count(DISTINCT e.person)::int
                 FROM account_events e
                 JOIN account_people a
                   ON a.project_id = ${scope.projectId} AND a.account_id = ${id} AND a.person = e.person
                WHERE e.project_id = ${scope.projectId} AND e.account_id = ${id} AND e.name = ANY(g.events)
                  AND NOT a.is_internal)) END AS people, g.position, g.id
      FROM saved_features g
      LEFT JOIN LATERAL (
        SELECT count(*) AS names, max(n.people) AS people, sum(n.events)::bigint AS events
          FROM account_names n
         WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.name = ANY(g.events) AND n.people > 0
        ) u ON true),
  uses AS MATERIALIZED (
    SELECT n.name, n.label, n.of, n.people, n.events,
           row_number() OVER (ORDER BY n.people DESC, n.events DESC, n.position, n.id) AS place
      FROM saved_feature_uses n
    UNION ALL
    SELECT n.name, NULL, ARRAY[n.name], n.people, n.events,
           row_number() OVER (ORDER BY n.people DESC, n.events DESC, n.name)
      FROM (SELECT n.name, n.people, n.events FROM account_names n
             WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.people > 0
               AND n.name <> ALL(${AUTOMATIC_NAMES}) AND NOT EXISTS (SELECT 1 FROM saved_features)
             ORDER BY n.people DESC, n.events DESC, n.name
             LIMIT ${MAX_USES}) n)
  SELECT EXISTS (SELECT 1 FROM saved_features) AS "isNamed", (
           SELECT json_agg(json_build_object('name', u.name, 'label', u.label, 'of', u.of, 'people', u.people,
                    'events', u.events) ORDER BY u.place)
             FROM uses u) AS uses, (
           SELECT json_agg(json_build_object('person', q.person, 'events', q.events, 'lastAt', ${ms(sql`q.last_at`)},
                    'left', q.left, 'ref', q.ref, 'name', q."personName") ORDER BY q.events DESC, q.person DESC)
             FROM (SELECT a.*, ${PERSON_COLUMNS} FROM people a ${joinPersonOfNumber(scope, sql`a.person`)}) q
            WHERE q.ref IS NOT NULL) AS people, (
           SELECT json_agg(json_build_object('person', e.person, 'name', e.name, 'events', e.events,
                    'lastAt', ${ms(sql`e.last_at`)}))
             FROM people a
            CROSS JOIN LATERAL (
              SELECT e.* FROM account_events e
               WHERE e.project_id = ${scope.projectId} AND e.account_id = ${id} AND e.person = a.person
                 AND e.name = ANY(ARRAY(SELECT unnest(u.of) FROM uses u))
              OFFSET 0) e) AS cells`;

const ms = (time: Sql): Sql => sql`floor(extract(epoch FROM ${time}) * 1000)::bigint`;

/** `isNamed`: the project has saved its own list of features. `done`: as `cells`, but by event, not by feature. */
export type FeatureUsage = AccountUses & { isNamed: boolean; done: PersonFeatureUse[] };

export async function featureUsage(scope: Scope, id: string): Promise<FeatureUsage> {
  type Row = {
    isNamed: boolean;
    people: AccountUser[] | null;
    uses: AccountFeatureUse[] | null;
    cells: PersonFeatureUse[] | null;
  };
  const { rows } = await reading(scope).query<Row>(prepared(usesQuery(scope, id)));
  const { isNamed = false, people, uses, cells } = rows[0] ?? {};
  const features = uses ?? [];
  const done = cells ?? [];
  return { people: people ?? [], uses: features, cells: isNamed ? byFeature(done, features) : done, done, isNamed };
}

/** Somebody's combined use of a feature's events. */
function byFeature(cells: readonly PersonFeatureUse[], features: readonly AccountFeatureUse[]): PersonFeatureUse[] {
  const featureOf = new Map(features.flatMap(({ name, of }) => of.map((event) => [event, name])));
  const sums = new Map<string, PersonFeatureUse>();
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

/** The account's event names, without page views, most frequent first: the options of the timeline's filter. */
export async function eventNamesOfAccount(
  scope: Scope,
  id: string,
  limit: number,
): Promise<{ name: string; count: number }[]> {
  const { rows } = await reading(scope).query<{ name: string; count: number }>(sql`
    SELECT n.name, n.events AS count FROM account_names n
     WHERE n.project_id = ${scope.projectId} AND n.account_id = ${id} AND n.events > 0
       AND n.name <> ALL(${PAGE_VIEW_NAMES})
     ORDER BY n.events DESC, n.name
     LIMIT ${limit}`);
  return rows;
}
