import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import {
  endOfMembership,
  MAX_ACCOUNTS_AT_ONCE,
  type Membership,
  openIntervals,
  startOfMembership,
} from "./memberships";

/** Each person's memberships; people who are missing belong to no account. */
export type MembershipsByPerson = ReadonlyMap<number, readonly Membership[]>;

/**
 * Writes memberships and people's activity during them (account_people, account_events), adds the difference to the
 * accounts' sums and marks these accounts as stale. An event counts for the account it names, or else for every account
 * of the person at its time (docs/accounts.md M5). Call it after writeFacts in the same transaction, whose lock keeps
 * the sums right.
 *
 * A person's first and last seen outlive the events that retention deletes. Outside all stored activity they count as
 * activity for the accounts of that time (M2), so that retention makes no account new again.
 *
 * O(events of those who belong to an account): lanes as in writeFacts, each a range of events_actor_ts_idx;
 * account_people_person_idx, account_events_pkey. An event's accounts are read by accounts_pkey: without OFFSET 0 each
 * event is joined with all accounts of the project where the planner knows of few. Updating the sums costs O(changes),
 * however large the account.
 */
export async function writePersonActivity(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  memberships: MembershipsByPerson,
): Promise<void> {
  const rows = [...memberships].flatMap(([person, all]) =>
    all.map((one) => ({
      person,
      account_id: one.accountId,
      reasons: one.reasons,
      since: timestamp(startOfMembership(one)),
      until: endOfMembership(one) === Number.POSITIVE_INFINITY ? null : timestamp(endOfMembership(one)),
      away: gapsOf(one),
    })),
  );
  const intervals = [...memberships].flatMap(([person, all]) => [
    ...all.flatMap(({ accountId, intervals: own }) => own.map((one) => intervalRow(person, accountId, one, true))),
    ...openIntervals(all).map(({ accountId, ...one }) => intervalRow(person, accountId, one, false)),
  ]);
  await tx.query(
    prepared(sql`
    WITH wanted AS MATERIALIZED (SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)),
    account_memberships AS MATERIALIZED (
      SELECT q.person, q.account_id, q.reasons, q.since, q.until, q.away,
             coalesce(f.is_internal, false) AS is_internal, f.first_seen, f.last_seen,
             count(*) FILTER (WHERE q.until IS NULL) OVER (PARTITION BY q.person)
               > ${MAX_ACCOUNTS_AT_ONCE} AS acts_for_many
        FROM json_to_recordset(${JSON.stringify(rows)}::json)
          AS q(person bigint, account_id text, reasons text[], since timestamptz, until timestamptz,
               away tstzmultirange)
        LEFT JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = q.person),
    membership_intervals AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(intervals)}::json)
          AS q(person bigint, account_id text, from_ts timestamptz, to_ts timestamptz, named boolean)),
    account_persons AS (SELECT DISTINCT person FROM account_memberships),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`account_persons`)}),
    seen AS MATERIALIZED (
      SELECT l.person, e.ts, e.name, e.active, e.kind = 'event' AS is_event, coalesce(e.revenue, 0) AS revenue,
             coalesce(e.groups, '{}') AS groups
        FROM lanes l CROSS JOIN LATERAL (
          SELECT e.ts, e.name, e.active, e.kind, e.revenue, e.groups FROM events e
           WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
             AND (e.active OR e.kind = 'event')
           ORDER BY e.ts DESC, e.id DESC) e),
    account_activity AS MATERIALIZED (
      SELECT s.person, m.account_id, s.ts, s.name, s.active, s.is_event, s.revenue
        FROM seen s
        JOIN membership_intervals m ON m.person = s.person AND NOT m.named AND s.ts >= m.from_ts AND s.ts < m.to_ts
       WHERE s.groups = '{}'
      UNION ALL
      SELECT s.person, m.account_id, s.ts, s.name, s.active, s.is_event, s.revenue
        FROM seen s
       CROSS JOIN LATERAL (
         SELECT DISTINCT a.account_id AS id
           FROM unnest(s.groups) g(id)
          CROSS JOIN LATERAL (
            SELECT coalesce(a.merged_into, a.id) AS account_id
              FROM accounts a
             WHERE a.project_id = ${projectId} AND a.id = g.id AND (a.erased_until IS NULL OR s.ts > a.erased_until)
            OFFSET 0) a) n
        JOIN membership_intervals m
          ON m.person = s.person AND m.named AND m.account_id = n.id AND s.ts >= m.from_ts AND s.ts < m.to_ts
       WHERE s.groups <> '{}'),
    event_counts AS MATERIALIZED (
      SELECT account_id, person, name, count(*)::int AS events, min(ts) AS first_at, max(ts) AS last_at
        FROM account_activity WHERE is_event GROUP BY 1, 2, 3),
    active_days AS (
      SELECT account_id, person, (ts AT TIME ZONE 'UTC')::date AS day, count(*)::int AS events, min(ts) AS first_at,
             max(ts) AS last_at
        FROM account_activity WHERE active GROUP BY 1, 2, 3),
    revenues AS (
      SELECT account_id, person, sum(revenue)::bigint AS revenue
        FROM account_activity WHERE revenue <> 0 GROUP BY 1, 2),
    activity AS (
      SELECT account_id, person, sum(events)::bigint AS events, min(first_at) AS first_at, max(last_at) AS last_at,
             array_agg(day ORDER BY day) AS days, array_agg(events ORDER BY day) AS day_events
        FROM active_days GROUP BY 1, 2),
    stored_range AS (SELECT person, min(ts) AS first_at, max(ts) AS last_at FROM seen WHERE active GROUP BY person),
    expired AS (
      SELECT b.account_id, b.person,
             CASE WHEN q.began < least(b.until, s.first_at, 'infinity') THEN q.began END AS first_at,
             CASE WHEN b.last_seen >= b.since AND b.last_seen < coalesce(b.until, 'infinity')
                   AND b.last_seen > coalesce(s.last_at, '-infinity') THEN b.last_seen END AS last_at
        FROM account_memberships b
       CROSS JOIN LATERAL (SELECT greatest(b.since, b.first_seen) AS began) q
        LEFT JOIN stored_range s ON s.person = b.person
       WHERE b.first_seen < coalesce(s.first_at, 'infinity') AND (NOT b.acts_for_many OR 'event' = ANY(b.reasons))),
    computed_people AS MATERIALIZED (
      SELECT b.account_id, b.person, b.reasons, b.since, b.until, b.away, coalesce(v.events, 0) AS events,
             coalesce(p.revenue, 0) AS revenue, least(v.first_at, x.first_at) AS first_at,
             greatest(v.last_at, x.last_at) AS last_at, coalesce(v.days, '{}') AS days,
             coalesce(v.day_events, '{}') AS day_events, b.is_internal, b.acts_for_many
        FROM account_memberships b
        LEFT JOIN expired x ON x.account_id = b.account_id AND x.person = b.person
        LEFT JOIN activity v ON v.account_id = b.account_id AND v.person = b.person
        LEFT JOIN revenues p ON p.account_id = b.account_id AND p.person = b.person),
    stored_people AS MATERIALIZED (
      SELECT x.account_id, x.person, x.reasons, x.since, x.until, x.away, x.events, x.revenue, x.first_at, x.last_at,
             x.days, x.day_events, x.is_internal, x.acts_for_many
        FROM wanted w JOIN account_people x ON x.project_id = ${projectId} AND x.person = w.person),
    stored_event_counts AS MATERIALIZED (
      SELECT x.account_id, x.person, x.name, x.events, x.first_at, x.last_at
        FROM stored_people w
        JOIN account_events x ON x.project_id = ${projectId} AND x.account_id = w.account_id AND x.person = w.person),
    deleted_people AS (
      DELETE FROM account_people x
       USING (SELECT account_id, person FROM stored_people EXCEPT SELECT account_id, person FROM computed_people) g
       WHERE x.project_id = ${projectId} AND x.account_id = g.account_id AND x.person = g.person),
    deleted_event_counts AS (
      DELETE FROM account_events x
       USING (SELECT account_id, person, name FROM stored_event_counts
              EXCEPT SELECT account_id, person, name FROM event_counts) g
       WHERE x.project_id = ${projectId} AND x.account_id = g.account_id AND x.person = g.person AND x.name = g.name),
    written_people AS (
      INSERT INTO account_people (project_id, account_id, person, reasons, since, until, away, events, revenue,
             first_at, last_at, days, day_events, is_internal, acts_for_many)
      SELECT ${projectId}::uuid, c.* FROM (SELECT * FROM computed_people EXCEPT SELECT * FROM stored_people) c
       ORDER BY c.account_id, c.person
      ON CONFLICT (project_id, account_id, person) DO UPDATE
        SET (reasons, since, until, away, events, revenue, first_at, last_at, days, day_events, is_internal,
             acts_for_many)
          = (excluded.reasons, excluded.since, excluded.until, excluded.away, excluded.events, excluded.revenue,
             excluded.first_at, excluded.last_at, excluded.days, excluded.day_events, excluded.is_internal,
             excluded.acts_for_many)),
    written_event_counts AS (
      INSERT INTO account_events (project_id, account_id, person, name, events, first_at, last_at)
      SELECT ${projectId}::uuid, c.* FROM (SELECT * FROM event_counts EXCEPT SELECT * FROM stored_event_counts) c
       ORDER BY c.account_id, c.person, c.name
      ON CONFLICT (project_id, account_id, person, name) DO UPDATE
        SET (events, first_at, last_at) = (excluded.events, excluded.first_at, excluded.last_at)),
    counted_days AS MATERIALIZED (
      SELECT p.sign, p.account_id, p.person, d.day, d.events
        FROM (SELECT 1 AS sign, account_id, person, days, day_events FROM computed_people WHERE NOT is_internal
              UNION ALL
              SELECT -1, account_id, person, days, day_events FROM stored_people WHERE NOT is_internal) p
       CROSS JOIN LATERAL unnest(p.days, p.day_events) d(day, events)),
    summed_days AS (
      INSERT INTO account_days AS x (project_id, account_id, day, people, events)
      SELECT ${projectId}::uuid, account_id, day, sum(sign)::int, sum(sign * events)::int
        FROM counted_days GROUP BY account_id, day HAVING sum(sign) <> 0 OR sum(sign * events) <> 0
       ORDER BY account_id, day
      ON CONFLICT (project_id, account_id, day) DO UPDATE
        SET (people, events) = (x.people + excluded.people, x.events + excluded.events)),
    summed_weeks AS (
      INSERT INTO account_weeks AS x (project_id, account_id, week, people)
      SELECT ${projectId}::uuid, account_id, week, sum(sign)::int
        FROM (SELECT DISTINCT sign, account_id, person, date_trunc('week', day)::date AS week FROM counted_days) c
       GROUP BY account_id, week HAVING sum(sign) <> 0
       ORDER BY account_id, week
      ON CONFLICT (project_id, account_id, week) DO UPDATE SET people = x.people + excluded.people),
    summed_names AS (
      INSERT INTO account_names AS x (project_id, account_id, name, people, events)
      SELECT ${projectId}::uuid, c.account_id, c.name, sum(c.sign)::int, sum(c.sign * c.events)::bigint
        FROM (SELECT 1 AS sign, u.account_id, u.name, u.events
                FROM event_counts u JOIN computed_people p ON p.account_id = u.account_id AND p.person = u.person
               WHERE NOT p.is_internal
              UNION ALL
              SELECT -1, u.account_id, u.name, u.events
                FROM stored_event_counts u JOIN stored_people p ON p.account_id = u.account_id AND p.person = u.person
               WHERE NOT p.is_internal) c
       GROUP BY c.account_id, c.name HAVING sum(c.sign) <> 0 OR sum(c.sign * c.events) <> 0
       ORDER BY c.account_id, c.name
      ON CONFLICT (project_id, account_id, name) DO UPDATE
        SET (people, events) = (x.people + excluded.people, x.events + excluded.events))
    INSERT INTO account_stale (project_id, account_id)
    SELECT ${projectId}::uuid, account_id
      FROM (SELECT account_id FROM (SELECT * FROM computed_people EXCEPT SELECT * FROM stored_people) n
            UNION SELECT account_id FROM (SELECT * FROM stored_people EXCEPT SELECT * FROM computed_people) w) c
     ORDER BY account_id
    ON CONFLICT DO NOTHING`),
  );
}

/** The gaps between the intervals of a membership, as a multirange. */
const gapsOf = ({ intervals }: Membership): string =>
  `{${intervals
    .slice(1)
    .map(({ from }, i) => `["${timestamp(intervals[i]?.to ?? from)}","${timestamp(from)}")`)
    .join()}}`;

const intervalRow = (
  person: number,
  accountId: string,
  { from, to }: { from: number; to: number },
  named: boolean,
) => ({
  person,
  account_id: accountId,
  from_ts: timestamp(from),
  to_ts: timestamp(to),
  named,
});

/** Whether any of these people has a row in account_people. account_people_person_idx. */
export async function areInAccounts(tx: Tx, projectId: string, people: readonly number[]): Promise<boolean> {
  const { rowCount } = await tx.query(
    prepared(sql`
      SELECT 1 FROM account_people WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[]) LIMIT 1`),
  );
  return rowCount === 1;
}

/**
 * Creates accounts that only a property or a domain names, dated by their first occurrence (ms), up to the project's
 * ceiling; returns the created ones. Primary key.
 */
export async function createAccounts(
  tx: Tx,
  projectId: string,
  accounts: ReadonlyMap<string, number>,
): Promise<Set<string>> {
  if (accounts.size === 0) return new Set();
  const wanted = [...accounts].map(([id, since]) => ({ id, since: timestamp(since) }));
  const { rows } = await tx.query<{ id: string }>(
    prepared(sql`
    WITH room AS (
      SELECT greatest(0, p.max_accounts - coalesce(u.used, 0)) AS free FROM projects p
        LEFT JOIN project_usage u ON u.project_id = p.id AND u.kind = 'accounts'
       WHERE p.id = ${projectId}),
    new_accounts AS (
      INSERT INTO accounts (project_id, id, created_at)
      SELECT ${projectId}::uuid, q.id, q.since
        FROM json_to_recordset(${JSON.stringify(wanted)}::json) AS q(id text, since timestamptz)
       ORDER BY q.id COLLATE "C" LIMIT (SELECT free FROM room)
      ON CONFLICT DO NOTHING RETURNING id),
    counted AS (
      INSERT INTO project_usage AS u (project_id, kind, used)
      SELECT ${projectId}::uuid, 'accounts', count(*) FROM new_accounts HAVING count(*) > 0
      ON CONFLICT (project_id, kind) DO UPDATE SET used = u.used + excluded.used)
    SELECT id FROM new_accounts`),
  );
  return new Set(rows.map(({ id }) => id));
}
