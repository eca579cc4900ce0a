import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { type Assessment, assess, type Known } from "./alarm";
import { countUpTo, type History } from "./history";
import type { Model } from "./model";
import { type Reason, silentOf, usualOf } from "./reason";
import type { Track } from "./track";

/** The latest fitted model. `sweptTo`: the last person it has been applied to; null: all of them. */
export type KeptModel = {
  fittedOn: number;
  horizon: number;
  model: Model | null;
  tracks: Track[];
  people: number;
  sweptTo: number | null;
};

/** Bounds on the days read: each person has at most two years of days, and all together this many. */
const MAX_DAYS = 730;
const MAX_SAMPLE = 20_000;
const MAX_SAMPLE_DAYS = 2_000_000;
const READ_PEOPLE = 1_000;
/** Events with such names are errors; the pattern means the same to Postgres. */
const ERRORS = /(^|[^a-z])(error|exception|crash|failed|failure)([^a-z]|$)/i;
/** Somebody's value is the number of their active days in this many, up to their last one. */
const VALUE_DAYS = 90;

/** Null for a project without a fitted model. Primary key. */
export async function keptModel(db: Database, projectId: string): Promise<KeptModel | null> {
  const { rows } = await db.query<KeptModel>(sql`
    SELECT fitted_on - DATE '1970-01-01' AS "fittedOn", horizon, model, tracks, people, swept_to::float8 AS "sweptTo"
      FROM risk_models WHERE project_id = ${projectId}`);
  return rows[0] ?? null;
}

/** Stores a new model; it is applied to everybody, starting with the first person. */
export async function keepModel(db: Database, projectId: string, kept: Omit<KeptModel, "sweptTo">): Promise<void> {
  await db.query(sql`
    INSERT INTO risk_models (project_id, fitted_on, horizon, model, tracks, people, swept_to)
    VALUES (${projectId}, DATE '1970-01-01' + ${kept.fittedOn}::int, ${kept.horizon},
            ${kept.model && JSON.stringify(kept.model)}::jsonb, ${JSON.stringify(kept.tracks)}::jsonb,
            ${kept.people}, 0)
    ON CONFLICT (project_id) DO UPDATE
      SET (fitted_on, horizon, model, tracks, people, swept_to)
        = (excluded.fitted_on, excluded.horizon, excluded.model, excluded.tracks, excluded.people, excluded.swept_to)`);
}

export async function noteRiskSwept(tx: Tx, projectId: string, to: number | null): Promise<void> {
  await tx.query(sql`UPDATE risk_models SET swept_to = ${to}::bigint WHERE project_id = ${projectId}`);
}

/** How many days ahead a project predicts. */
export async function horizonOf(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ days: number }>(sql`
    SELECT risk_horizon_days AS days FROM projects WHERE id = ${projectId}`);
  return rows[0]?.days ?? 14;
}

/**
 * Days of at most 20,000 identified people, always the same ones, without the project's own team. Reads everybody's
 * number once, and the days of those sampled: profile_facts_pkey, person_days_pkey.
 */
export async function sampleHistories(db: Database, projectId: string, today: number): Promise<History[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT person FROM profile_facts
     WHERE project_id = ${projectId} AND person > 0 AND active_days > 0 AND NOT is_internal
     ORDER BY hashint8(person), person LIMIT ${MAX_SAMPLE}`);
  const histories: History[] = [];
  let left = MAX_SAMPLE_DAYS;
  for (let at = 0; at < rows.length && left > 0; at += READ_PEOPLE) {
    const people = rows.slice(at, at + READ_PEOPLE).map(({ person }) => person);
    for (const history of await historiesOf(db, projectId, people, today)) {
      left -= history.days.length;
      histories.push(history);
    }
  }
  return histories;
}

/** How many people a model would be fitted to now. */
export async function sampleSize(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ people: number }>(sql`
    SELECT count(*)::int AS people
      FROM (SELECT FROM profile_facts
             WHERE project_id = ${projectId} AND person > 0 AND active_days > 0 AND NOT is_internal
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
    SELECT person, array_agg(day - DATE '1970-01-01' ORDER BY day) AS days
      FROM person_days
     WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
       AND day > DATE '1970-01-01' + ${today - MAX_DAYS}::int AND day <= DATE '1970-01-01' + ${today}::int
     GROUP BY person ORDER BY person`);
  return rows;
}

type Person = { person: number; stopped: string | null; days: number[] };

/**
 * Computes the risk of the next `limit` identified people after `from` and writes it. With the lock of the facts, so
 * that nobody who was erased meanwhile comes back. Returns where to continue; null at the end. Primary keys; O(their
 * days).
 */
export async function writeRisk(
  tx: Tx,
  projectId: string,
  known: Known,
  from: number,
  limit: number,
  today: number,
): Promise<number | null> {
  const { rows } = await tx.query<{ person: number; stopped: string | null; counts: boolean }>(sql`
    SELECT person, stopped, active_days > 0 AND NOT is_internal AS counts
      FROM profile_facts
     WHERE project_id = ${projectId} AND person > ${from} AND person > 0
     ORDER BY person LIMIT ${limit}`);
  const to = rows.length < limit ? null : (rows.at(-1)?.person ?? null);
  const counted = rows.filter(({ counts }) => counts);
  const days = new Map(
    (
      await historiesOf(
        tx,
        projectId,
        counted.map(({ person }) => person),
        today,
      )
    ).map((history) => [history.person, [...history.days]]),
  );
  const people = counted.flatMap(({ person, stopped }): Person[] => {
    const own = days.get(person);
    return own ? [{ person, stopped, days: own }] : [];
  });
  const assessed = people.map((one) => ({ ...one, ...assess(known, one.days, today) }));
  const quiet = assessed.filter(({ standing }) => standing === "quiet").map(({ person }) => person);
  const errors = await errorsOf(tx, projectId, quiet);
  await replaceRisk(
    tx,
    projectId,
    { from, to },
    assessed.map((one) => rowOf(one, errors.get(one.person) ?? 0, today)),
    today,
  );
  return to;
}

type Row = {
  person: number;
  standing: string;
  probability: number | null;
  returns_by: number | null;
  reason: Reason;
  value: number;
  rank: number;
  last_day: number;
};

function rowOf(one: Person & Assessment, errors: number, today: number): Row {
  const { days, probability, standing, returnsBy, stopped } = one;
  const last = days.at(-1) as number;
  const usual = usualOf(days);
  const value = days.length - countUpTo(days, last - VALUE_DAYS);
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
    value,
    // The expected loss if they stay away; without a model, at even odds.
    rank: (1 - (probability ?? 0.5)) * value,
    last_day: last,
  };
}

/** How many errors each person met in the week up to their last day: events with such names. person_events_pkey. */
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

async function replaceRisk(
  tx: Tx,
  projectId: string,
  { from, to }: { from: number; to: number | null },
  rows: readonly Row[],
  today: number,
): Promise<void> {
  const people = rows.map(({ person }) => person);
  await tx.query(sql`
    DELETE FROM person_risk
     WHERE project_id = ${projectId} AND person > ${from} AND (${to}::bigint IS NULL OR person <= ${to}::bigint)
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

/** Deletes the risk of erased people. With the lock of the facts. Primary key. */
export async function eraseRisk(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(sql`DELETE FROM person_risk WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
}
