import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { dayOf, type Move, movesOf } from "./moves";
import { type LifecycleRule, type Run, runAt, runsOf, STATES, type State } from "./states";

/** In moves: nobody had seen them yet. */
const UNSEEN = 0;
/** As the tables hold a state. */
export const codeOf = (state: State | null): number => (state === null ? UNSEEN : STATES.indexOf(state) + 1);
export const stateOf = (code: number): State | null => STATES[code - 1] ?? null;

/** Moves of single days are kept from so many days ago on: only today is ever asked for, and clocks differ. */
const DAILY_DAYS = 7;

type Kept = Run & { person: number };

/**
 * Works out the states of `people` (as in profile_facts) from person_days, writes what changed, and moves the sums with
 * it: exactly, whatever the reason (late events, claims, merges, people who are no more). To be called with the lock of
 * lockFacts. Returns today's state of everybody who has one. person_days_pkey, person_states_pkey; O(their active days
 * and runs).
 */
export async function writeStates(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  rule: LifecycleRule,
  now: number,
): Promise<Map<number, State>> {
  const days = await daysOf(tx, projectId, people);
  const today = dayOf(now);
  const states = new Map<number, State>();
  const made: Kept[] = [];
  for (const [person, own] of days) {
    const runs = runsOf(own, rule);
    for (const run of runs) made.push({ ...run, person });
    const state = runAt(runs, today)?.state;
    if (state) states.set(person, state);
  }
  await replaceStates(tx, projectId, people, made, today);
  return states;
}

/** Removes the states of people who are erased, and takes them out of the sums. With the lock of lockFacts. */
export const eraseStates = (tx: Tx, projectId: string, people: readonly number[], now: number): Promise<void> =>
  replaceStates(tx, projectId, people, [], dayOf(now));

async function replaceStates(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  made: readonly Kept[],
  today: number,
): Promise<void> {
  const kept = await keptRuns(tx, projectId, people);
  const [had, have] = [new Set(kept.map(key)), new Set(made.map(key))];
  const gone = kept.filter((run) => !have.has(key(run)));
  const fresh = made.filter((run) => !had.has(key(run)));
  if (gone.length + fresh.length === 0) return;
  await replaceRuns(tx, projectId, gone, fresh);
  const changed = new Set([...gone, ...fresh].map(({ person }) => person));
  await addMoves(tx, projectId, changesOf(kept, made, changed, today - DAILY_DAYS));
}

const key = ({ person, since, until, state }: Kept): string => `${person} ${since} ${until} ${state}`;

async function daysOf(tx: Tx, projectId: string, people: readonly number[]): Promise<Map<number, number[]>> {
  const { rows } = await tx.query<{ person: number; days: number[] }>(sql`
    SELECT person, array_agg(day - DATE '1970-01-01' ORDER BY day) AS days
      FROM person_days
     WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
     GROUP BY person`);
  return new Map(rows.map(({ person, days }) => [person, days]));
}

async function keptRuns(tx: Tx, projectId: string, people: readonly number[]): Promise<Kept[]> {
  type Row = Omit<Kept, "state"> & { state: number };
  const { rows } = await tx.query<Row>(sql`
    SELECT person, since - DATE '1970-01-01' AS since,
           CASE WHEN isfinite(until) THEN until - DATE '1970-01-01' END AS until, state
      FROM person_states
     WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
     ORDER BY person, since`);
  return rows.map(({ state, ...row }) => ({ ...row, state: stateOf(state) as State }));
}

async function replaceRuns(tx: Tx, projectId: string, gone: readonly Kept[], fresh: readonly Kept[]): Promise<void> {
  const stays = new Set(fresh.map(({ person, since }) => `${person} ${since}`));
  const removed = gone.filter(({ person, since }) => !stays.has(`${person} ${since}`));
  if (removed.length > 0)
    await tx.query(sql`
      DELETE FROM person_states s
       USING unnest(${removed.map(({ person }) => person)}::bigint[],
                    ${removed.map(({ since }) => since)}::int[]) AS g(person, since)
       WHERE s.project_id = ${projectId} AND s.person = g.person AND s.since = DATE '1970-01-01' + g.since`);
  if (fresh.length > 0)
    await tx.query(sql`
      INSERT INTO person_states (project_id, person, since, until, state)
      SELECT ${projectId}::uuid, person, DATE '1970-01-01' + since,
             coalesce(DATE '1970-01-01' + until, 'infinity'), state
        FROM unnest(${fresh.map(({ person }) => person)}::bigint[], ${fresh.map(({ since }) => since)}::int[],
                    ${fresh.map(({ until }) => until)}::int[],
                    ${fresh.map(({ state }) => codeOf(state))}::smallint[]) AS f(person, since, until, state)
      ON CONFLICT (project_id, person, since) DO UPDATE SET (until, state) = (excluded.until, excluded.state)`);
}

type Change = { who: string; day: number; was: number; became: number; people: number };

/** What the moves of `people` were before and are now, added up; nothing for what stays. */
function changesOf(
  before: readonly Kept[],
  after: readonly Kept[],
  people: ReadonlySet<number>,
  daily: number,
): Change[] {
  const changes = new Map<string, Change>();
  const add = (runs: readonly Kept[], sign: 1 | -1) => {
    for (const [person, own] of byPerson(runs, people)) {
      const who = person > 0 ? "identified" : "anonymous";
      for (const move of movesOf(own, daily)) {
        const change = changeOf(who, move);
        const name = JSON.stringify(change);
        const sum = changes.get(name) ?? change;
        sum.people += sign;
        changes.set(name, sum);
      }
    }
  };
  add(before, -1);
  add(after, 1);
  return [...changes.values()].filter((change) => change.people !== 0);
}

const changeOf = (who: string, { day, was, became }: Move): Change => ({
  who,
  day,
  was: codeOf(was),
  became: codeOf(became),
  people: 0,
});

function byPerson(runs: readonly Kept[], people: ReadonlySet<number>): Map<number, Kept[]> {
  const found = new Map<number, Kept[]>();
  for (const run of runs) {
    if (!people.has(run.person)) continue;
    const own = found.get(run.person);
    if (own) own.push(run);
    else found.set(run.person, [run]);
  }
  return found;
}

async function addMoves(tx: Tx, projectId: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(sql`
    INSERT INTO lifecycle_moves AS m (project_id, who, day, was, became, people)
    SELECT ${projectId}::uuid, who, DATE '1970-01-01' + day, was, became, people
      FROM unnest(${changes.map(({ who }) => who)}::text[], ${changes.map(({ day }) => day)}::int[],
                  ${changes.map(({ was }) => was)}::smallint[], ${changes.map(({ became }) => became)}::smallint[],
                  ${changes.map(({ people }) => people)}::bigint[]) AS c(who, day, was, became, people)
    ON CONFLICT (project_id, who, day, was, became) DO UPDATE SET people = m.people + excluded.people`);
}

/** Removes sums of nobody, and those of single days nobody asks for any more. O(sums of the project). */
export async function tidyMoves(db: Database, projectId: string, now: number): Promise<void> {
  await db.query(sql`
    DELETE FROM lifecycle_moves
     WHERE project_id = ${projectId}
       AND (people = 0
            OR day < DATE '1970-01-01' + ${dayOf(now) - 2 * DAILY_DAYS}::int AND extract(isodow FROM day) < 7)`);
}
