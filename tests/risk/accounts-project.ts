import { pool } from "@/lib/db/pool";
import { grantScope, type Scope } from "@/lib/scope";
import { FIRST_DAY, type InventedAccount } from "@/scripts/risk/populations";
import { makeModelProject } from "../identity/run";

const DAY_MS = 86_400_000;
/** Noon of a day in the invented accounts' history; the last whole day is the one before. */
export const TODAY = FIRST_DAY + 300;
export const NOW = TODAY * DAY_MS + DAY_MS / 2;

export const idOf = (person: number) => `c${String(person).padStart(4, "0")}`;
export const daysBy = ({ days }: Pick<InventedAccount, "days">) => days.filter((day) => day < TODAY);

/** Accounts and their people as the facts job would have them. */
export async function accountsProject(
  accounts: readonly InventedAccount[],
  revenue: (i: number) => number,
): Promise<Scope> {
  const { id } = await makeModelProject(pool());
  const known = accounts.filter((one) => daysBy(one).length > 0);
  const rows = known.map((one, i) => ({
    id: idOf(one.person),
    days: daysBy(one),
    revenue: revenue(i),
    people: one.people.flatMap(({ person, days }) => {
      const own = days.filter((day) => day < TODAY);
      return own.length > 0 ? [{ person, days: own }] : [];
    }),
  }));
  const at = (day: string) => `to_timestamp((${day}) * 86400.0)`;
  await pool().query(
    `WITH q AS (SELECT * FROM json_to_recordset($2::json) AS q(id text, days int[], revenue bigint, people json)),
     p AS (SELECT q.id, x.person, x.days FROM q CROSS JOIN json_to_recordset(q.people) AS x(person bigint, days int[])),
     d AS (INSERT INTO account_days (project_id, account_id, day, people, events)
           SELECT $1, id, DATE '1970-01-01' + day, 1, 1 FROM q CROSS JOIN unnest(days) day),
     m AS (INSERT INTO account_people (project_id, account_id, person, reasons, since, events, first_at, last_at, days, day_events)
           SELECT $1, id, person, '{event}', ${at("days[1]")}, cardinality(days), ${at("days[1]")},
                  ${at("days[cardinality(days)]")},
                  (SELECT array_agg(DATE '1970-01-01' + y ORDER BY y) FROM unnest(days) y),
                  array_fill(1, ARRAY[cardinality(days)]) FROM p),
     e AS (INSERT INTO account_events (project_id, account_id, person, name, events, first_at, last_at)
           SELECT $1, id, person, 'use', cardinality(days), ${at("days[1]")}, ${at("days[cardinality(days)]")} FROM p),
     f AS (INSERT INTO profile_facts (project_id, person, first_seen, last_seen, event_count, sessions, active_days,
             days_7, days_30, days_90, events_7, events_30, events_90, handle, computed_on, version)
           SELECT $1, person, ${at("days[1]")}, ${at("days[cardinality(days)]")}, 1, 1, cardinality(days),
                  0, 0, 0, 0, 0, 0, 'u' || person, current_date, 99 FROM p),
     pd AS (INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
           SELECT $1, person, DATE '1970-01-01' + day, 1, ${at("day")}, ${at("day")} FROM p CROSS JOIN unnest(days) day)
     INSERT INTO account_facts (project_id, account_id, name_key, people, joined_30, active_7, active_30, events_30,
       events_30_before, week_people, features_used, first_seen, last_seen, revenue, properties, search_text,
       computed_on, version)
     SELECT $1, id, id, json_array_length(people), 0, 0, 0, 0, 0, array_fill(0, ARRAY[12]), 1, ${at("days[1]")},
            ${at("days[cardinality(days)]")}, revenue, '{}', id, current_date, 99 FROM q`,
    [id, JSON.stringify(rows)],
  );
  return grantScope(id, "member:test");
}
