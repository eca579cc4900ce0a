import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import type { NamedByEvents, Unassignment } from "./memberships";

/** How a project finds accounts besides the events that name them. */
export type AccountSettings = { property: string | null; byDomain: boolean };

/** Primary key. */
export async function accountSettings(tx: Tx, projectId: string): Promise<AccountSettings> {
  const { rows } = await tx.query<AccountSettings>(
    prepared(
      sql`SELECT account_property AS property, account_by_domain AS "byDomain" FROM projects WHERE id = ${projectId}`,
    ),
  );
  return rows[0] ?? { property: null, byDomain: false };
}

/** Those of `people` who have facts, as lists show nobody else. profile_facts_pkey. */
const knownAmong = (projectId: string, people: readonly number[]): Sql => sql`
  SELECT person FROM profile_facts WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`;

/** The lanes of `people`, and for each lane the accounts its events name: `lanes`, `evidence`. */
const evidenceOf = (projectId: string, people: readonly number[]): Sql => sql`
  wanted AS MATERIALIZED (${knownAmong(projectId, people)}),
  lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`)}),
  evidence AS MATERIALIZED (
    SELECT l.person, l.actor_id, l.from_ts, l.to_ts, m.account_id, m.first_ts, m.last_ts, a.type,
           coalesce(a.merged_into, a.id) AS canonical, coalesce(a.erased_until, '-infinity') AS erased_until
      FROM lanes l
      JOIN account_members m ON m.project_id = ${projectId} AND m.actor_id = l.actor_id
      JOIN accounts a ON a.project_id = ${projectId} AND a.id = m.account_id
     WHERE m.first_ts < l.to_ts AND m.last_ts >= l.from_ts)`;

/** The events of a lane `s` that name its account, except `group`, which only describes it. */
const namingEvents = (projectId: string): Sql => sql`
  FROM events e
 WHERE e.project_id = ${projectId} AND e.actor_id = s.actor_id AND e.ts >= s.from_ts AND e.ts < s.to_ts
   AND e.ts <= s.last_ts AND e.ts > s.erased_until AND e.groups @> ARRAY[s.account_id]
   AND NOT (e.kind = 'group' AND e.name = 'group')`;

/** Evidence from deleted events of a lane `l` (retained-evidence.store.ts). account_kept_pkey. */
const retainedIn = (projectId: string, source: string, l: Sql = sql`l`): Sql => sql`
  FROM account_kept k
 WHERE k.project_id = ${projectId} AND k.actor_id = ${l}.actor_id AND k.source = ${source}::text
   AND k.ts >= ${l}.from_ts AND k.ts < ${l}.to_ts`;

export type NamedRow = NamedByEvents & { person: number };

/**
 * Accounts that events of `people` and `assign_group` name, by their ids after merges: one row per lane and account.
 * account_members_actor_id_idx, accounts_pkey, account_left_pkey. Events and retained evidence are read only where
 * people share a stream (once, however many accounts they name), or where somebody was named again after leaving.
 */
export async function namedAccounts(tx: Tx, projectId: string, people: readonly number[]): Promise<NamedRow[]> {
  type Row = { person: number; account_id: string; type: string | null; first_ts: number; last_ts: number };
  type LeftColumns = { until_ts: number | null; left_ts: number | null; again: number | null };
  const { rows } = await tx.query<Row & LeftColumns>(
    prepared(sql`
    WITH ${evidenceOf(projectId, people)},
    lane_evidence AS MATERIALIZED (
      SELECT s.*,
             bool_or(first_ts < from_ts OR last_ts >= to_ts) OVER (PARTITION BY person, actor_id, from_ts) AS is_shared
        FROM evidence s),
    event_evidence AS MATERIALIZED (
      SELECT l.person, l.actor_id, l.from_ts, l.to_ts, n.account_id, min(n.ts) AS first_ts, max(n.ts) AS last_ts
        FROM (SELECT DISTINCT person, actor_id, from_ts, to_ts FROM lane_evidence WHERE is_shared) l
       CROSS JOIN LATERAL (
         SELECT e.ts, g.id AS account_id
           FROM events e CROSS JOIN LATERAL unnest(e.groups) g(id)
          WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
            AND e.groups <> '{}' AND NOT (e.kind = 'group' AND e.name = 'group')
         UNION ALL
         SELECT k.ts, k.account_id ${retainedIn(projectId, "event")}) n
        JOIN accounts a ON a.project_id = ${projectId} AND a.id = n.account_id
       WHERE a.erased_until IS NULL OR n.ts > a.erased_until
       GROUP BY l.person, l.actor_id, l.from_ts, l.to_ts, n.account_id),
    named AS MATERIALIZED (
      SELECT person, actor_id, from_ts, to_ts, account_id, first_ts, last_ts, type, canonical, erased_until
        FROM lane_evidence WHERE NOT is_shared
      UNION ALL
      SELECT h.person, h.actor_id, h.from_ts, h.to_ts, h.account_id, h.first_ts, h.last_ts, a.type,
             coalesce(a.merged_into, a.id), coalesce(a.erased_until, '-infinity')
        FROM event_evidence h JOIN accounts a ON a.project_id = ${projectId} AND a.id = h.account_id)
    SELECT s.person, s.canonical AS account_id, s.type, s.first_ts, s.last_ts, x.until_ts, x.ts AS left_ts,
           CASE WHEN s.last_ts >= x.ts
                THEN least((SELECT e.ts ${namingEvents(projectId)} AND e.ts >= x.ts ORDER BY e.ts LIMIT 1),
                           (SELECT min(k.ts) ${retainedIn(projectId, "event", sql`s`)} AND k.account_id = s.account_id
                               AND k.ts >= x.ts AND k.ts > s.erased_until)) END AS again
      FROM named s
      LEFT JOIN account_left x
        ON x.project_id = ${projectId} AND x.account_id = s.account_id AND x.actor_id = s.actor_id AND x.is_on`),
  );
  return rows.map((row) => ({
    person: row.person,
    accountId: row.account_id,
    type: row.type,
    first: row.first_ts,
    last: row.last_ts,
    left: row.left_ts === null || row.until_ts === null ? null : { until: row.until_ts, ts: row.left_ts },
    again: row.again,
  }));
}

/** The value of a property from `ts` (ms) on; null if it cannot be an id. */
export type ChangeRow = { person: number; ts: number; value: string | null };

/** A JSON value as text, if it could be an id. */
const idText = (value: Sql): Sql =>
  sql`CASE WHEN jsonb_typeof(${value}) IN ('string', 'number') THEN (${value}) #>> '{}' END`;

/** Whether an event `e` may change a property. */
const CHANGES = sql`(e.kind = 'identify' OR e.kind = 'property' AND e.name IN ('set', 'set_once', 'unset'))`;
/** The value that an event `e` gives a property, as JSON; null if none. */
const propertyOf = (key: string): Sql =>
  sql`coalesce(e.properties -> ${key}::text, e.properties #> ${key.split(".")}::text[])`;

/** Changes of a property that are read per person, newest first. */
const MAX_CHANGES = 1_000;

/**
 * A property that names accounts, and the `source` under which evidence from its deleted events is retained. `prefix`
 * turns a retained account id back into a value of the property.
 */
export type AccountSource = { key: string; source: string; prefix: string };
export const sourceOfProperty = (key: string): AccountSource => ({ key, source: `property:${key}`, prefix: "" });
export const DOMAIN_SOURCE: AccountSource = { key: "email", source: "domain", prefix: "@" };

/**
 * The changes of a property of `people`, oldest first; "email" as it was sent. Reads their events: O(events) on
 * events_actor_ts_idx, only for projects that find accounts by properties. Also reads the writes that properties are
 * folded from and the retained evidence (identities_pkey, prop_ops_pkey, account_kept_pkey), as retention may have
 * deleted events; where the event is still stored, these repeat it.
 */
export async function changesOfProperty(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  { key, source, prefix }: AccountSource,
): Promise<ChangeRow[]> {
  const { rows } = await tx.query<ChangeRow>(
    prepared(sql`
    WITH wanted AS MATERIALIZED (${knownAmong(projectId, people)}),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`)}),
    sent AS (
      SELECT l.person, e.ts, e.id, ${idText(sql`v.value`)} AS value
        FROM lanes l
       CROSS JOIN LATERAL (
         SELECT e.ts, e.id, e.properties FROM events e
          WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
            AND ${CHANGES}) e
       CROSS JOIN LATERAL (SELECT ${propertyOf(key)} AS value) v
       WHERE v.value IS NOT NULL
      UNION ALL
      SELECT l.person, to_timestamp((r.write -> 'stamp' ->> 1)::float8 / 1000)::timestamptz(3),
             (r.write -> 'stamp' ->> 2)::uuid, ${idText(sql`r.write -> 'value'`)}
        FROM lanes l
       CROSS JOIN LATERAL (
         SELECT i.props -> ${key}::text AS register FROM identities i
          WHERE i.project_id = ${projectId} AND i.id = l.actor_id LIMIT 1) i
       CROSS JOIN LATERAL (VALUES (i.register -> 'set'), (i.register -> 'once')) r(write)
       WHERE r.write IS NOT NULL
      UNION ALL
      SELECT l.person, p.ts, p.id, ${idText(sql`p.value`)}
        FROM lanes l
       CROSS JOIN LATERAL (
         SELECT p.ts, p.id, p.value FROM prop_ops p
          WHERE p.project_id = ${projectId} AND p.actor_id = l.actor_id AND p.key = ${key}::text
            AND p.mode IN ('set', 'set_once') AND p.ts >= l.from_ts AND p.ts < l.to_ts
          LIMIT ${MAX_CHANGES}) p
      UNION ALL
      SELECT l.person, k.ts, k.id, k.value
        FROM lanes l
       CROSS JOIN LATERAL (
         SELECT k.ts, k.id, ${prefix}::text || nullif(k.account_id, '') AS value
         ${retainedIn(projectId, source)}) k),
    changes AS (
      SELECT person, ts, id, value,
             row_number() OVER w = 1 OR value IS DISTINCT FROM lag(value) OVER w AS is_change
        FROM sent WINDOW w AS (PARTITION BY person ORDER BY ts, id)),
    newest AS (
      SELECT person, ts, id, value, row_number() OVER (PARTITION BY person ORDER BY ts DESC, id DESC) AS place
        FROM changes WHERE is_change)
    SELECT person, ts, value FROM newest WHERE place <= ${MAX_CHANGES} ORDER BY person, ts, id`),
  );
  return rows;
}

/** The newest unassignment of these people, by person and the account's id after merges. */
export async function unassignments(
  tx: Tx,
  projectId: string,
  people: readonly number[],
): Promise<{ person: number; accountId: string; left: Unassignment }[]> {
  const { rows } = await tx.query<{ person: number; account_id: string; is_on: boolean; until_ts: number; ts: number }>(
    prepared(sql`
    WITH wanted AS MATERIALIZED (${knownAmong(projectId, people)}),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`)})
    SELECT DISTINCT ON (l.person, account_id)
           l.person, coalesce(a.merged_into, a.id) AS account_id, x.is_on, x.until_ts, x.ts
      FROM lanes l
      JOIN account_left x ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
      JOIN accounts a ON a.project_id = ${projectId} AND a.id = x.account_id
     ORDER BY l.person, account_id, x.ts DESC, x.op_id DESC`),
  );
  return rows
    .filter((row) => row.is_on)
    .map((row) => ({ person: row.person, accountId: row.account_id, left: { until: row.until_ts, ts: row.ts } }));
}

/** An event's evidence about accounts. `property`, `email`: [the value]; null if the event does not set it. */
export type EventEvidence = {
  actorId: number;
  ts: number;
  id: string;
  groups: string[];
  property: [string | null] | null;
  email: [string | null] | null;
};

/** The evidence in these events; events without any are left out. events_pkey. */
export async function evidenceOfEvents(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  { property, byDomain }: AccountSettings,
): Promise<EventEvidence[]> {
  const changedTo = (key: string | null): Sql =>
    key === null
      ? sql`NULL::text[]`
      : sql`CASE WHEN ${CHANGES} AND ${propertyOf(key)} IS NOT NULL THEN ARRAY[${idText(propertyOf(key))}] END`;
  const states = property !== null || byDomain;
  const { rows } = await tx.query<EventEvidence>(sql`
    SELECT e.actor_id AS "actorId", e.ts, e.id,
           CASE WHEN e.kind = 'group' AND e.name = 'group' THEN '{}' ELSE coalesce(e.groups, '{}') END AS groups,
           ${changedTo(property)} AS property, ${changedTo(byDomain ? DOMAIN_SOURCE.key : null)} AS email
      FROM events e
     WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[]) AND e.actor_id IS NOT NULL
       AND (e.groups <> '{}' OR ${states}::boolean AND ${CHANGES})`);
  return rows;
}

export type KnownAccount = { id: string; canonical: string; erasedUntil: number | null };

/** Those of the accounts that exist. Primary key. */
export async function knownAccounts(tx: Tx, projectId: string, ids: readonly string[]): Promise<KnownAccount[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<KnownAccount>(
    prepared(sql`
      SELECT id, coalesce(merged_into, id) AS canonical, erased_until AS "erasedUntil" FROM accounts
       WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])`),
  );
  return rows;
}

/** The times (ms) at which each stream changes its owner, ascending. spans_pkey. */
export async function ownerChanges(
  tx: Tx,
  projectId: string,
  streams: readonly number[],
): Promise<Map<number, number[]>> {
  const { rows } = await tx.query<{ id: number; bounds: number[] }>(sql`
    SELECT stream_id AS id, array_agg((extract(epoch FROM from_ts) * 1000)::float8 ORDER BY from_ts) AS bounds
      FROM spans
     WHERE project_id = ${projectId} AND stream_id = ANY(${streams}::bigint[]) AND from_ts > '-infinity'
     GROUP BY stream_id`);
  return new Map(rows.map(({ id, bounds }) => [id, bounds]));
}
