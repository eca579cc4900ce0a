import sql, { type Sql } from "sql-template-tag";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { dayOf, isoDay } from "@/lib/format/time";
import { newId } from "@/lib/ids";
import { weekDays } from "@/lib/lifecycle/weeks";
import { movesQuery } from "@/lib/lifecycle/weeks.queries";
import { grantScope } from "@/lib/scope";
import { stateSql } from "@/lib/segments/life.queries";

/** Enough rows that a plan without its index would be the dearer one. */
const PEOPLE = 4_000;
const projectId = newId();
const scope = grantScope(projectId, "system:test");
const TODAY = dayOf(Date.UTC(2026, 10, 26));

beforeAll(async () => {
  const today = `DATE '${isoDay(TODAY)}'`;
  // Ten runs a person, thirty days each, and as many weeks of moves as two years have, of this project and of another.
  for (const id of [projectId, newId()])
    await pool().query(`
      INSERT INTO person_states (project_id, person, since, until, state)
        SELECT '${id}', p, ${today} - n * 30, CASE WHEN n = 0 THEN 'infinity' ELSE ${today} - n * 30 + 30 END, (p + n) % 5 + 1
          FROM generate_series(1, ${PEOPLE}) p, generate_series(0, 9) n;
      INSERT INTO lifecycle_moves (project_id, who, day, was, became, people)
        SELECT '${id}', who, ${today} - n * 7 - 4, was, became, 10
          FROM generate_series(0, 104) n, generate_series(0, 5) was, generate_series(1, 5) became, (VALUES ('identified'), ('anonymous')) w(who);`);
  await pool().query("ANALYZE person_states, lifecycle_moves");
}, 60_000);

async function planOf(query: Sql): Promise<string> {
  const { rows } = await pool().query({ text: `EXPLAIN ${query.text}`, values: query.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test("the chart reads this project's sums and no people", async () => {
  const plan = await planOf(movesQuery(scope, weekDays(TODAY - 90, TODAY, TODAY), "everybody"));
  expect(plan).toContain("lifecycle_moves_pkey");
  expect(plan).not.toMatch(/Seq Scan|person_states|profile_facts/);
});

test("the people in a state are one range of the states' index, a person's state is one probe", async () => {
  const condition = { kind: "state", is: "oneOf", values: ["slipping"], on: isoDay(TODAY - 3) } as const;
  const { people, probe } = stateSql(projectId, { ...condition, values: [...condition.values] }, Date.now());
  const set = await planOf(people);
  expect(set).toContain("person_states_state_idx");
  expect(set).not.toContain("Seq Scan");
  const plan = await planOf(sql`SELECT ${probe} FROM (VALUES (17::bigint)) f(person)`);
  expect(plan).toContain("person_states_pkey");
  expect(plan).not.toMatch(/Seq Scan|Sort/);
});
