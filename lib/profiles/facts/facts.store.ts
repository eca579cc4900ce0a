import sql, { raw } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { contextOrder } from "@/lib/events/context.queries";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { lanesIn } from "@/lib/identity/lanes.queries";
import type { JsonObject } from "@/lib/json";
import { addFirstTimes, countedPeople } from "@/lib/profiles/active-counts.store";
import { lockFacts } from "@/lib/profiles/profiles.store";
import type { SignUpWay } from "@/lib/profiles/types";
import { daysOfLongLanes, LONG_LANE } from "./long-histories.queries";

/** A visitor's folded properties and search text; only for visitors who have any. */
export type VisitorDocument = { person: number; props: JsonObject; searchText: string };

/**
 * Facts computed by an older version are recomputed. 1: with lifetime counts; 2: with days (person-history.store); 3:
 * with a session's first page as its source; 4: with the last step; 5: with consent (consent.store).
 */
export const FACTS_VERSION = 5;

/**
 * The usual sign-up (sign-up.ts) and state (lib/lifecycle/states.ts) of somebody first seen today. A new row begins
 * with them, so that it usually needs no second write, which would cost an entry in each index; writeSignUps and
 * writeStateColumn correct them in the same transaction where they differ.
 */
const INITIAL_SIGN_UP: SignUpWay = "existing";
const INITIAL_STATE = "new";

/** What writeFacts writes, in the order of its SELECT. */
const WRITTEN =
  `first_seen last_seen event_count sessions active_days days_7 days_30 days_90 events_7 events_30 events_90
   usual_gap_days signed_up_at sign_up known_since visits_to_sign_up step_before_sign_up handle name email name_key
   country city device browser os source referrer landing_path utm_source utm_medium utm_campaign last_event last_step
   stopped accounts state consent consent_version consent_at is_internal props search_text computed_on version`.split(
    /\s+/,
  );
/** Of these, the columns that other functions write once the row exists. */
const WRITTEN_ELSEWHERE = [
  "visits_to_sign_up",
  "step_before_sign_up",
  "state",
  "consent",
  "consent_version",
  "consent_at",
  "is_internal",
];
/** What an existing row gets; it also loses quiet_at, which an older version wrote. */
const COMPUTED = WRITTEN.filter((column) => !WRITTEN_ELSEWHERE.includes(column));

/** Accounts kept in a person's row: the most recent ones. Filters by account look there. */
const MAX_ACCOUNTS = 200;

/**
 * Computes the facts of `people` (a profile's id, or minus a visitor's stream) from what is stored now, and writes
 * those that changed; people who no longer exist lose their row. New rows get a guessed sign-up; writeSignUps computes
 * it later from the counts of writePersonHistory. Values of indexed columns are cut to 255 characters, as a btree entry
 * may have 2,704 bytes.
 *
 * Reads, for each person: their lanes (identities_profile_id_idx, spans_owner_id_idx, spans_pkey), their sessions
 * (sessions_actor_started_idx) and the newest 5,000 events of each lane (events_actor_ts_idx); for a longer lane, one
 * more probe per active day. The cost is O(sessions + active days + min(events, 5,000) per lane), however long the
 * history.
 */
export async function writeFacts(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  visitors: readonly VisitorDocument[],
  nowMs: number,
): Promise<void> {
  const now = timestamp(nowMs);
  const longDays = await daysOfLongLanes(tx, projectId, people);
  const documents = JSON.stringify(visitors.map((v) => ({ person: v.person, props: v.props, search: v.searchText })));
  await tx.query(
    prepared(sql`
    WITH wanted AS MATERIALIZED (SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)),
    today AS (SELECT (${now}::timestamptz AT TIME ZONE 'UTC')::date AS day),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`, { withActivity: true })}),
    person_rows AS (
      SELECT w.person, t.first_seen, t.last_seen, t.event_count, p.display_id AS handle, p.name, p.email,
             left(lower(coalesce(p.name, p.email, p.display_id)), 255) AS name_key,
             '{}'::jsonb AS props, NULL::text AS search_text, p.created_at AS known_since
        FROM wanted w
        JOIN profiles p ON p.project_id = ${projectId} AND p.id = w.person AND p.created_at IS NOT NULL
        JOIN profile_stats t ON t.project_id = ${projectId} AND t.profile_id = w.person
      UNION ALL
      SELECT l.person, min(l.first_seen), max(l.last_seen), sum(l.event_count)::bigint, i.ext_id, NULL, NULL,
             NULL, coalesce(v.props, '{}'), v.search, NULL
        FROM lanes l
        JOIN identities i ON i.project_id = ${projectId} AND i.id = -l.person
        LEFT JOIN json_to_recordset(${documents}::json) AS v(person bigint, props jsonb, search text)
          ON v.person = l.person
       WHERE l.person < 0 GROUP BY l.person, i.ext_id, v.props, v.search HAVING sum(l.event_count) > 0),
    visits AS (
      SELECT l.person, count(DISTINCT x.session_id)::int AS sessions,
             (array_agg(x.context ORDER BY ${contextOrder(sql`x`)}))[1] AS first_context,
             (array_agg(x.entry_path ORDER BY x.entry_at, x.entry_id)
                FILTER (WHERE x.entry_at IS NOT NULL))[1] AS landing_path,
             (array_agg(x.context ORDER BY x.started_at DESC, x.started_id DESC))[1] AS last_context
        FROM lanes l JOIN sessions x
          ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
         AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
       GROUP BY l.person),
    recent AS MATERIALIZED (
      SELECT l.person, l.event_count > ${raw(String(LONG_LANE))} AS is_long, e.ts,
             (e.ts AT TIME ZONE 'UTC')::date AS day, e.kind, e.name, e.active, e.groups, e.path
        FROM lanes l CROSS JOIN LATERAL (
          SELECT e.ts, e.kind, e.name, e.active, e.groups, e.path FROM events e
           WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
             AND (e.active OR e.kind = 'group')
           ORDER BY e.ts DESC, e.id DESC LIMIT ${raw(String(LONG_LANE))}) e),
    days AS (
      SELECT person, day FROM recent WHERE active AND NOT is_long
      UNION
      SELECT person, day FROM json_to_recordset(${JSON.stringify(longDays)}::json) AS q(person bigint, day date)),
    day_gaps AS (SELECT person, day, day - lag(day) OVER (PARTITION BY person ORDER BY day) AS gap FROM days),
    habits AS (
      SELECT s.person, count(*)::int AS active_days, count(s.gap) AS gaps,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY s.gap) AS gap,
             count(*) FILTER (WHERE s.day > t.day - 7) AS days_7, count(*) FILTER (WHERE s.day > t.day - 30) AS days_30,
             count(*) FILTER (WHERE s.day > t.day - 90) AS days_90
        FROM day_gaps s CROSS JOIN today t GROUP BY s.person),
    windows AS (
      SELECT r.person, count(*) FILTER (WHERE r.day > t.day - 7) AS events_7,
             count(*) FILTER (WHERE r.day > t.day - 30) AS events_30, count(*) AS events_90
        FROM recent r CROSS JOIN today t WHERE r.active AND r.day > t.day - 90 GROUP BY r.person),
    newest AS (SELECT DISTINCT ON (person) person, name AS last_event,
                      left(CASE WHEN name = ANY(${PAGE_VIEW_NAMES}::text[]) THEN coalesce(path, name)
                                ELSE name END, 255) AS last_step
                 FROM recent
                WHERE active
                ORDER BY person, ts DESC, name, path),
    frequent_events AS (
      SELECT r.person, r.name, count(DISTINCT r.day) AS days, max(r.ts) < b.last_seen - interval '7 days' AS faded
        FROM recent r JOIN person_rows b ON b.person = r.person
       WHERE r.kind = 'event' AND r.active AND r.ts > b.last_seen - interval '90 days'
         AND r.name NOT IN ('screen_view', 'session_start', 'session_end', 'link_out')
       GROUP BY r.person, r.name, b.last_seen HAVING count(DISTINCT r.day) >= 3),
    stopped_events AS (SELECT DISTINCT ON (person) person, name AS stopped
                  FROM frequent_events
                 ORDER BY person, faded DESC, days DESC, name),
    companies AS (
      SELECT person, array_agg(account ORDER BY account) AS accounts FROM (
        SELECT r.person, g AS account, row_number() OVER (PARTITION BY r.person ORDER BY max(r.ts) DESC, g) AS place
          FROM recent r CROSS JOIN unnest(r.groups) g GROUP BY r.person, g) c
       WHERE place <= ${MAX_ACCOUNTS} GROUP BY person),
    ${countedPeople(projectId, sql`wanted`)},
    old_first_times AS MATERIALIZED (
      SELECT f.person, f.first_seen
        FROM counted_people p JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = p.person),
    written AS (
      INSERT INTO profile_facts AS f (project_id, person, ${raw(WRITTEN.join(", "))})
      SELECT ${projectId}::uuid, b.person, b.first_seen, b.last_seen, b.event_count, coalesce(v.sessions, 0),
             coalesce(h.active_days, 0), coalesce(h.days_7, 0), coalesce(h.days_30, 0), coalesce(h.days_90, 0),
             coalesce(w.events_7, 0), coalesce(w.events_30, 0), coalesce(w.events_90, 0),
             CASE WHEN h.gaps >= 3 THEN h.gap END,
             stored.signed_up_at,
             CASE WHEN stored.person IS NOT NULL THEN stored.sign_up
                  WHEN b.person > 0 THEN ${INITIAL_SIGN_UP}::text END,
             CASE WHEN stored.person IS NULL THEN b.known_since ELSE stored.known_since END,
             stored.visits_to_sign_up, stored.step_before_sign_up,
             left(lower(b.handle), 255), b.name, left(lower(b.email), 255), b.name_key,
             left(v.last_context ->> 'country', 255), left(v.last_context ->> 'city', 255),
             left(v.last_context ->> 'device', 255), left(v.last_context ->> 'browser', 255),
             left(v.last_context ->> 'os', 255),
             CASE WHEN v.person IS NOT NULL
                  THEN left(
                         coalesce(v.first_context ->> 'referrerName', v.first_context ->> 'utmSource', 'Direct'),
                         255) END,
             v.first_context ->> 'referrer', v.landing_path, v.first_context ->> 'utmSource',
             v.first_context ->> 'utmMedium', v.first_context ->> 'utmCampaign', n.last_event, n.last_step, s.stopped,
             coalesce(c.accounts, '{}'),
             CASE WHEN stored.person IS NOT NULL THEN stored.state
                  WHEN (b.first_seen AT TIME ZONE 'UTC')::date = t.day THEN ${INITIAL_STATE}::text END,
             stored.consent, stored.consent_version, stored.consent_at,
             coalesce(stored.is_internal, false), b.props, b.search_text,
             t.day, ${FACTS_VERSION}::smallint
        FROM person_rows b CROSS JOIN today t
        LEFT JOIN visits v ON v.person = b.person
        LEFT JOIN habits h ON h.person = b.person
        LEFT JOIN windows w ON w.person = b.person
        LEFT JOIN newest n ON n.person = b.person
        LEFT JOIN stopped_events s ON s.person = b.person
        LEFT JOIN companies c ON c.person = b.person
        LEFT JOIN profile_facts stored ON stored.project_id = ${projectId} AND stored.person = b.person
       ORDER BY b.person
      ON CONFLICT (project_id, person) DO UPDATE SET
        (quiet_at, ${raw(COMPUTED.join(", "))})
        = (NULL, ${raw(COMPUTED.map((column) => `excluded.${column}`).join(", "))})
        WHERE f IS DISTINCT FROM excluded
      RETURNING person),
    ${addFirstTimes(
      projectId,
      sql`
      SELECT 1 AS sign, b.person, b.first_seen FROM person_rows b JOIN counted_people p ON p.person = b.person
      UNION ALL
      SELECT -1, o.person, o.first_seen FROM old_first_times o`,
    )}
    DELETE FROM profile_facts f USING wanted w
     WHERE f.project_id = ${projectId} AND f.person = w.person
       AND NOT EXISTS (SELECT 1 FROM person_rows b WHERE b.person = w.person)`),
  );
}

/** Writes the state of each of `people` (lib/lifecycle) if it changed. profile_facts_pkey. */
export async function writeStateColumn(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  states: ReadonlyMap<number, string>,
): Promise<void> {
  await tx.query(
    prepared(sql`
      UPDATE profile_facts f SET state = w.state
        FROM unnest(${people}::bigint[],
                    ${people.map((person) => states.get(person) ?? null)}::text[]) AS w(person, state)
       WHERE f.project_id = ${projectId} AND f.person = w.person AND f.state IS DISTINCT FROM w.state`),
  );
}

/**
 * Uses generic plans for the rest of the transaction. Statistics that do not yet know a young project say that it has
 * one row in each table, so to a custom plan any index seems good enough (measured: 800 rows of spans read per person).
 * Citus must plan for a known project.
 */
export async function planForAnyProject(tx: Tx, isCitus: boolean): Promise<void> {
  if (!isCitus) await tx.query("SET LOCAL plan_cache_mode = force_generic_plan");
}

/**
 * Marks everybody who owns any of these ids, or part of them, for recomputation by the facts job; returns them. Takes
 * lockFacts, so that the job cannot overwrite the mark with an older reading. identities_pkey, spans_pkey,
 * profile_facts_pkey.
 */
export async function markOutdated(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<number[]> {
  await lockFacts(tx, projectId);
  const { rows } = await tx.query<{ person: number }>(sql`
    UPDATE profile_facts f
       SET version = ${FACTS_VERSION - 1}::smallint
      FROM (SELECT i.profile_id AS person
              FROM identities i
             WHERE i.project_id = ${projectId} AND i.id = ANY(${actorIds}::bigint[]) AND i.profile_id IS NOT NULL
             UNION
            SELECT i.profile_id
              FROM spans s JOIN identities i ON i.project_id = ${projectId} AND i.id = s.owner_id
             WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${actorIds}::bigint[])
             UNION
            SELECT -a.id FROM unnest(${actorIds}::bigint[]) a(id)) p
     WHERE f.project_id = ${projectId} AND f.person = p.person
    RETURNING f.person`);
  return rows.map(({ person }) => person);
}
