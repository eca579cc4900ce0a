import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { NOT_INTERNAL } from "@/lib/identity/own-team.queries";
import { type Assessment, assess, type RiskBasis } from "./alarm";
import { countUpTo, type History } from "./history";
import { type QuietReason, silentOf, usualRhythmOf } from "./reason";
import { ERRORS, MAX_DAYS, MAX_SAMPLE, MAX_SAMPLE_DAYS, READ_PEOPLE, VALUE_DAYS, worthOf } from "./values";

/** Whether any session brought revenue. Reads the project's sessions; called once a day. */
export async function hasRevenue(db: Database, projectId: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    SELECT FROM sessions WHERE project_id = ${projectId} AND revenue > 0 LIMIT 1`);
  return (rowCount ?? 0) > 0;
}

/** A project's horizon, in days. */
export async function horizonOf(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ days: number }>(sql`
    SELECT risk_horizon_days AS days FROM projects WHERE id = ${projectId}`);
  return rows[0]?.days ?? 14;
}

/**
 * Days of at most 20,000 identified people, always the same ones, without the project's own team. Reads the numbers of
 * everybody, and the days of those sampled: profile_facts_pkey, person_days_pkey.
 */
export async function sampleHistories(db: Database, projectId: string, today: number): Promise<History[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT f.person FROM profile_facts f
     WHERE f.project_id = ${projectId} AND f.person > 0 AND f.active_days > 0 AND ${NOT_INTERNAL}
     ORDER BY hashint8(f.person), f.person LIMIT ${MAX_SAMPLE}`);
  const histories: History[] = [];
  let daysLeft = MAX_SAMPLE_DAYS;
  for (let at = 0; at < rows.length && daysLeft > 0; at += READ_PEOPLE) {
    const people = rows.slice(at, at + READ_PEOPLE).map(({ person }) => person);
    for (const history of await historiesOf(db, projectId, people, today)) {
      daysLeft -= history.days.length;
      histories.push(history);
    }
  }
  return histories;
}

/** How many people a model would be fitted to now. */
export async function sampleSize(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ people: number }>(sql`
    SELECT count(*)::int AS people
      FROM (SELECT FROM profile_facts f
             WHERE f.project_id = ${projectId} AND f.person > 0 AND f.active_days > 0 AND ${NOT_INTERNAL}
             LIMIT ${MAX_SAMPLE}) known`);
  return rows[0]?.people ?? 0;
}

async function historiesOf(
  db: Database,
  projectId: string,
  people: readonly number[],
  today: number,
): Promise<History[]> {
  const { rows } = await db.query<History>(sql`
    SELECT person, array_agg(day - DATE '1970-01-01' ORDER BY day) AS days, array_agg(events ORDER BY day) AS events
      FROM person_days
     WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
       AND day > DATE '1970-01-01' + ${today - MAX_DAYS}::int AND day <= DATE '1970-01-01' + ${today}::int
     GROUP BY person ORDER BY person`);
  return rows;
}

type Person = { person: number; stopped: string | null; days: readonly number[]; events?: readonly number[] };

/** The next `limit` identified people after `from`, by number. profile_facts_pkey. */
export async function nextPeopleForRisk(
  db: Database,
  projectId: string,
  from: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT person FROM profile_facts
     WHERE project_id = ${projectId} AND person > ${from} AND person > 0
     ORDER BY person LIMIT ${limit}`);
  return rows.map(({ person }) => person);
}

/**
 * Computes the risk of these identified people and writes it; those of the own team have none. The caller holds the
 * lock of the facts, so that nobody erased meanwhile reappears. Primary keys; O(their days).
 */
export async function writeRisk(
  tx: Tx,
  projectId: string,
  basis: RiskBasis & { byRevenue: boolean },
  identified: readonly number[],
  today: number,
): Promise<void> {
  const { rows: counted } = await tx.query<{ person: number; stopped: string | null }>(sql`
    SELECT f.person, f.stopped
      FROM profile_facts f
     WHERE f.project_id = ${projectId} AND f.person = ANY(${identified}::bigint[])
       AND f.active_days > 0 AND ${NOT_INTERNAL}
     ORDER BY f.person`);
  const histories = new Map(
    (
      await historiesOf(
        tx,
        projectId,
        counted.map(({ person }) => person),
        today,
      )
    ).map((history) => [history.person, history]),
  );
  const people = counted.flatMap(({ person, stopped }): Person[] => {
    const own = histories.get(person);
    return own ? [{ ...own, stopped }] : [];
  });
  const assessed = people.map((one) => ({ ...one, ...assess(basis, one.days, today, one.events) }));
  const quiet = assessed.filter(({ standing }) => standing === "quiet").map(({ person }) => person);
  const errors = await errorsOf(tx, projectId, quiet);
  const revenue = basis.byRevenue ? await revenueOf(tx, projectId, quiet) : null;
  await replaceRisk(
    tx,
    projectId,
    identified,
    assessed.map((one) => {
      const paid = revenue && (revenue.get(one.person) ?? 0);
      return rowOf(one, { errors: errors.get(one.person) ?? 0, revenue: paid }, today);
    }),
    today,
  );
}

type Row = {
  person: number;
  standing: string;
  probability: number | null;
  returns_by: number | null;
  reason: QuietReason;
  value: number;
  rank: number;
  last_day: number;
};

/** `revenue` null: the project records none. It is only read for people going quiet. */
function rowOf(
  one: Person & Assessment,
  { errors, revenue }: { errors: number; revenue: number | null },
  today: number,
): Row {
  const { days, probability, standing, returnsBy, stopped } = one;
  const last = days.at(-1) as number;
  const usual = usualRhythmOf(days);
  const active = days.length - countUpTo(days, last - VALUE_DAYS);
  return {
    person: one.person,
    standing,
    probability,
    returns_by: returnsBy,
    reason: {
      usual,
      silent: silentOf(usual, last, today),
      activeDays: days.length,
      // An error that no longer occurs is not a loss.
      stopped: stopped !== null && ERRORS.test(stopped) ? null : stopped,
      errors,
    },
    value: revenue ?? active,
    // The expected loss if they stay away; without a model, at even odds.
    rank: (1 - (probability ?? 0.5)) * worthOf(revenue, active),
    last_day: last,
  };
}

/** How many errors each person met in the week up to their last event: events with such names. person_events_pkey. */
async function errorsOf(tx: Tx, projectId: string, people: readonly number[]): Promise<Map<number, number>> {
  if (people.length === 0) return new Map();
  const { rows } = await tx.query<{ person: number; errors: number }>(sql`
    SELECT x.person, count(*)::int AS errors
      FROM person_events x
      JOIN profile_facts f ON f.project_id = x.project_id AND f.person = x.person
      CROSS JOIN LATERAL unnest(x.newest) AS n(at)
     WHERE x.project_id = ${projectId} AND x.person = ANY(${people}::bigint[])
       AND x.name ~* ${ERRORS.source}
       AND n.at > f.last_seen - interval '7 days'
     GROUP BY x.person`);
  return new Map(rows.map(({ person, errors }) => [person, errors]));
}

/** Each person's revenue in minor units. Their events by events_actor_ts_idx. */
async function revenueOf(tx: Tx, projectId: string, people: readonly number[]): Promise<Map<number, number>> {
  if (people.length === 0) return new Map();
  const { rows } = await tx.query<{ person: number; revenue: number }>(sql`
    WITH wanted AS (SELECT person FROM unnest(${people}::bigint[]) q(person)),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`)})
    SELECT l.person, sum(e.revenue)::bigint AS revenue
      FROM lanes l
      JOIN events e ON e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
     WHERE e.revenue IS NOT NULL
     GROUP BY l.person`);
  return new Map(rows.map(({ person, revenue }) => [person, revenue]));
}

async function replaceRisk(
  tx: Tx,
  projectId: string,
  identified: readonly number[],
  rows: readonly Row[],
  today: number,
): Promise<void> {
  const people = rows.map(({ person }) => person);
  await tx.query(sql`
    DELETE FROM person_risk
     WHERE project_id = ${projectId} AND person = ANY(${identified}::bigint[])
       AND NOT person = ANY(${people}::bigint[])`);
  if (rows.length === 0) return;
  await tx.query(sql`
    INSERT INTO person_risk (project_id, person, standing, probability, returns_by, reason, value, rank, last_day,
                             computed_on)
    SELECT ${projectId}::uuid, person, standing, probability, DATE '1970-01-01' + returns_by, reason, value, rank,
           DATE '1970-01-01' + last_day, DATE '1970-01-01' + ${today}::int
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(person bigint, standing text, probability real,
           returns_by int, reason jsonb, value real, rank real, last_day int)
    ON CONFLICT (project_id, person) DO UPDATE
      SET (standing, probability, returns_by, reason, value, rank, last_day, computed_on)
        = (excluded.standing, excluded.probability, excluded.returns_by, excluded.reason, excluded.value,
           excluded.rank, excluded.last_day, excluded.computed_on)`);
}

/**
 * Deletes the risk of everybody after `from`, up to `to` (null: to the end), except `people`, as the others no longer
 * exist.
 */
export async function forgetRisk(
  tx: Tx,
  projectId: string,
  { from, to }: { from: number; to: number | null },
  people: readonly number[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM person_risk
     WHERE project_id = ${projectId} AND person > ${from} AND (${to}::bigint IS NULL OR person <= ${to}::bigint)
       AND NOT person = ANY(${people}::bigint[])`);
}
