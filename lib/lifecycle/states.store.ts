import sql, { raw, type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { DAYS_A_WEEK, dayOf, isSunday, mondayOfWeek } from "@/lib/format/time";
import { isProfileNumber } from "@/lib/identity/person-ref";
import { activeDaysOfAccounts, activeDaysOfPeople } from "./active-days.queries";
import { codeOf, type LifecycleRule, runAt, type State, type StateRun, stateRunsOf, UNSEEN } from "./states";

/** Moves of single days are kept for this many days. Only today's are ever requested, but clocks differ. */
const DAILY_DAYS = 7;

/** A person's number (as in profile_facts), or an account's id. */
type Id = number | string;

/** A subject of states: where they are stored, by which key, and as part of whom moves count it. */
type Subject<T extends Id> = {
  states: Sql;
  remove: Sql;
  insert: Sql;
  key: Sql;
  type: Sql;
  populationOf: (id: T) => string;
};

const PEOPLE: Subject<number> = {
  states: raw("person_states"),
  remove: sql`DELETE FROM person_states`,
  insert: sql`INSERT INTO person_states`,
  key: raw("person"),
  type: raw("bigint"),
  populationOf: (person) => (isProfileNumber(person) ? "identified" : "anonymous"),
};

const ACCOUNTS: Subject<string> = {
  states: raw("account_states"),
  remove: sql`DELETE FROM account_states`,
  insert: sql`INSERT INTO account_states`,
  key: raw("account_id"),
  type: raw("text"),
  populationOf: () => "accounts",
};

/** A run of somebody's states as it is stored: `state` is its code. */
type RunOf<T extends Id> = Omit<StateRun, "state"> & { id: T; state: number };

/**
 * Computes the states of `people` (as in profile_facts) from person_days, writes what changed, and updates the sums
 * exactly, whatever the reason (late events, claims, merges, people who no longer exist). Returns today's state of
 * everybody who has one. The caller holds the lock of lockFacts. person_days_pkey, person_states_pkey; O(their active
 * days and runs).
 */
export const writeStates = async (
  tx: Tx,
  projectId: string,
  people: readonly number[],
  rule: LifecycleRule,
  now: number,
): Promise<Map<number, State>> =>
  writeStatesOf(PEOPLE, tx, projectId, people, await activeDaysOfPeople(tx, projectId, people), rule, now);

/** Like writeStates, for accounts, from account_days and account_people: account_days_pkey, account_people_pkey. */
export const writeAccountStates = async (
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  rule: LifecycleRule,
  now: number,
): Promise<Map<string, State>> =>
  writeStatesOf(ACCOUNTS, tx, projectId, ids, await activeDaysOfAccounts(tx, projectId, ids), rule, now);

/** Removes the states of erased people, and subtracts them from the sums. The caller holds the lock of lockFacts. */
export const eraseStates = (tx: Tx, projectId: string, people: readonly number[], now: number): Promise<void> =>
  replaceStates(PEOPLE, tx, projectId, people, [], dayOf(now));

/** Removes the states of erased accounts, like eraseStates. */
export const eraseAccountStates = (tx: Tx, projectId: string, ids: readonly string[], now: number): Promise<void> =>
  replaceStates(ACCOUNTS, tx, projectId, ids, [], dayOf(now));

async function writeStatesOf<T extends Id>(
  subject: Subject<T>,
  tx: Tx,
  projectId: string,
  ids: readonly T[],
  days: ReadonlyMap<T, number[]>,
  rule: LifecycleRule,
  now: number,
): Promise<Map<T, State>> {
  const today = dayOf(now);
  const states = new Map<T, State>();
  const computed: RunOf<T>[] = [];
  for (const [id, own] of days) {
    const runs = stateRunsOf(own, rule);
    for (const { state, ...run } of runs) computed.push({ ...run, id, state: codeOf(state) });
    const state = runAt(runs, today)?.state;
    if (state) states.set(id, state);
  }
  await replaceStates(subject, tx, projectId, ids, computed, today);
  return states;
}

async function replaceStates<T extends Id>(
  subject: Subject<T>,
  tx: Tx,
  projectId: string,
  ids: readonly T[],
  computed: readonly RunOf<T>[],
  today: number,
): Promise<void> {
  const stored = await storedRuns(subject, tx, projectId, ids);
  const [storedKeys, computedKeys] = [new Set(stored.map(key)), new Set(computed.map(key))];
  const outdated = stored.filter((run) => !computedKeys.has(key(run)));
  const fresh = computed.filter((run) => !storedKeys.has(key(run)));
  if (outdated.length + fresh.length === 0) return;
  await replaceRuns(subject, tx, projectId, outdated, fresh);
  const changed = new Set([...outdated, ...fresh].map(({ id }) => id));
  await addMoves(tx, projectId, changesOf(subject, stored, computed, changed, today - DAILY_DAYS));
}

const key = ({ id, since, until, state }: RunOf<Id>): string => `${id} ${since} ${until} ${state}`;

async function storedRuns<T extends Id>(
  { states, key: id, type }: Subject<T>,
  tx: Tx,
  projectId: string,
  ids: readonly T[],
): Promise<RunOf<T>[]> {
  const { rows } = await tx.query<RunOf<T>>(
    prepared(sql`
    SELECT ${id} AS id, since - DATE '1970-01-01' AS since,
           CASE WHEN isfinite(until) THEN until - DATE '1970-01-01' END AS until, state
      FROM ${states}
     WHERE project_id = ${projectId} AND ${id} = ANY(${ids}::${type}[])
     ORDER BY ${id}, since`),
  );
  return rows;
}

async function replaceRuns<T extends Id>(
  { remove, insert, key: id, type }: Subject<T>,
  tx: Tx,
  projectId: string,
  outdated: readonly RunOf<T>[],
  fresh: readonly RunOf<T>[],
): Promise<void> {
  const stays = new Set(fresh.map((run) => `${run.id} ${run.since}`));
  const removed = outdated.filter((run) => !stays.has(`${run.id} ${run.since}`));
  if (removed.length > 0)
    await tx.query(sql`
      ${remove} s
       USING unnest(${removed.map((run) => run.id)}::${type}[],
                    ${removed.map(({ since }) => since)}::int[]) AS g(id, since)
       WHERE s.project_id = ${projectId} AND s.${id} = g.id AND s.since = DATE '1970-01-01' + g.since`);
  if (fresh.length > 0)
    await tx.query(sql`
      ${insert} (project_id, ${id}, since, until, state)
      SELECT ${projectId}::uuid, id, DATE '1970-01-01' + since,
             coalesce(DATE '1970-01-01' + until, 'infinity'), state
        FROM unnest(${fresh.map((run) => run.id)}::${type}[], ${fresh.map(({ since }) => since)}::int[],
                    ${fresh.map(({ until }) => until)}::int[],
                    ${fresh.map(({ state }) => state)}::smallint[]) AS f(id, since, until, state)
      ON CONFLICT (project_id, ${id}, since) DO UPDATE SET (until, state) = (excluded.until, excluded.state)`);
}

/** A change of state; `was`: null for somebody not seen before. */
export type StateMove<S = State> = { day: number; was: S | null; became: S };

/**
 * The moves of a life: one for each Sunday, and each day since `daily`, on which the state differs from the end of the
 * previous week. Weeks in which no run starts have no moves. `S`: states, or their codes. O(runs).
 */
export function movesOf<S>(runs: readonly { since: number; state: S }[], daily: number): StateMove<S>[] {
  const moves: StateMove<S>[] = [];
  let at = -1;
  /** The state on a day; must be called with ascending days. */
  const stateAt = (day: number): S | null => {
    while (at + 1 < runs.length && (runs[at + 1] as (typeof runs)[number]).since <= day) at++;
    return runs[at]?.state ?? null;
  };
  let checkedWeek = Number.NEGATIVE_INFINITY;
  for (const { since } of runs) {
    const week = mondayOfWeek(since);
    if (week === checkedWeek) continue;
    checkedWeek = week;
    const was = stateAt(week - 1);
    for (let day = week; day < week + DAYS_A_WEEK; day++) {
      const became = stateAt(day);
      if (became !== null && became !== was && (day >= daily || isSunday(day))) moves.push({ day, was, became });
    }
  }
  return moves;
}

type Change = { who: string; day: number; was: number; became: number; people: number };

/** The summed differences between the previous and the current moves of `ids`; unchanged moves cancel out. */
function changesOf<T extends Id>(
  { populationOf }: Subject<T>,
  before: readonly RunOf<T>[],
  after: readonly RunOf<T>[],
  ids: ReadonlySet<T>,
  daily: number,
): Change[] {
  const changes = new Map<string, Change>();
  const add = (runs: readonly RunOf<T>[], sign: 1 | -1) => {
    for (const [id, own] of byId(runs, ids)) {
      const who = populationOf(id);
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

const changeOf = (who: string, { day, was, became }: StateMove<number>): Change => ({
  who,
  day,
  was: was ?? UNSEEN,
  became,
  people: 0,
});

function byId<T extends Id>(runs: readonly RunOf<T>[], ids: ReadonlySet<T>): Map<T, RunOf<T>[]> {
  const found = new Map<T, RunOf<T>[]>();
  for (const run of runs) {
    if (!ids.has(run.id)) continue;
    const own = found.get(run.id);
    if (own) own.push(run);
    else found.set(run.id, [run]);
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

/** Removes sums that are zero, and those of single days that are no longer requested. O(sums of the project). */
export async function tidyMoves(db: Database, projectId: string, now: number): Promise<void> {
  await db.query(sql`
    DELETE FROM lifecycle_moves
     WHERE project_id = ${projectId}
       AND (people = 0
            OR day < DATE '1970-01-01' + ${dayOf(now) - 2 * DAILY_DAYS}::int AND extract(isodow FROM day) < 7)`);
}
