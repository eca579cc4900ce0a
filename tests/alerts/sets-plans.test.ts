import { beforeAll, expect, test } from "vitest";
import { movesOfAccounts } from "@/lib/alerts/accounts.store";
import type { SetTrigger } from "@/lib/alerts/alert";
import { movesOfPeople } from "@/lib/alerts/people.store";
import { pool, type Tx, transaction } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { codeOf } from "@/lib/lifecycle/states";
import { makeModelProject } from "../identity/run";
import { insertAccountFacts, randomAccounts } from "../support/account-facts";

const COUNT = 2_000;
let projectId: string;

/** Nothing is analyzed, as for a project that is new in tables with many others. */
beforeAll(async () => {
  ({ id: projectId } = await makeModelProject(pool()));
  await insertAccountFacts(projectId, randomAccounts(COUNT));
  const p = `'${projectId}'::uuid`;
  await pool().query(`
    INSERT INTO accounts (project_id, id, created_at, merged_into)
      SELECT ${p}, 'c-' || i, now(), CASE WHEN i % 50 = 1 THEN 'c-' || i - 1 END FROM generate_series(0, ${COUNT - 1}) i;
    INSERT INTO account_risk (project_id, account_id, standing, probability, reason, value, rank, last_day, computed_on)
      SELECT ${p}, 'c-' || i, CASE WHEN i % 5 = 0 THEN 'quiet' ELSE 'here' END, 0.1, '{}', 0, 0, current_date, current_date FROM generate_series(0, ${COUNT - 1}) i;
    INSERT INTO account_states (project_id, account_id, state, since, until)
      SELECT ${p}, 'c-' || i, ${codeOf("dormant")}, '2026-01-01', '9999-01-01' FROM generate_series(0, ${COUNT - 1}) i;
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
      SELECT ${p}, 'c-' || i, 0, 1, gen_random_uuid() FROM generate_series(0, 99) i;
    INSERT INTO profile_facts (project_id, person, event_count, sessions, active_days, days_7, days_30, days_90, events_7, events_30, events_90, handle, name_key, props, first_seen, last_seen, computed_on, version, is_internal)
      SELECT ${p}, i, 1, 1, 1, 1, 1, 1, 1, 1, 1, 'user-' || i, 'user-' || i, '{}', now(), now(), current_date, 1, false FROM generate_series(1, ${COUNT}) i;
    INSERT INTO identities (project_id, kind, ext_id, profile_id)
      SELECT ${p}, 'u', 'user-' || i, i FROM generate_series(1, ${COUNT}) i;
    INSERT INTO alias_edges (project_id, a, b, is_on, ts, op_id)
      SELECT ${p}, min(id) + i, min(id) + i + 1, false, now(), gen_random_uuid()
        FROM identities, generate_series(0, 99) i WHERE project_id = ${p} GROUP BY i;
    INSERT INTO person_risk (project_id, person, standing, probability, reason, value, rank, last_day, computed_on)
      SELECT ${p}, i, CASE WHEN i % 5 = 0 THEN 'quiet' ELSE 'here' END, 0.1, '{}', 1, 0, current_date, current_date FROM generate_series(1, ${COUNT}) i;
    INSERT INTO person_states (project_id, person, state, since, until)
      SELECT ${p}, i, ${codeOf("dormant")}, '2026-01-01', '9999-01-01' FROM generate_series(1, ${COUNT}) i;`);
});

/** Sweeps, and returns how many moved and the plan of the last statement, as the next sweep would run it. */
async function swept(moves: typeof movesOfPeople, alertId: string, trigger: SetTrigger) {
  return transaction(pool(), async (tx) => {
    await tx.query("SET LOCAL work_mem = '128MB'");
    const sent: unknown[] = [];
    const query = (statement: Parameters<Tx["query"]>[0]) => {
      sent.push(statement);
      return tx.query(statement);
    };
    const moved = await moves({ ...tx, query } as Tx, { projectId, id: alertId }, trigger, Date.now());
    const last = sent.at(-1) as { text: string; values: unknown[] };
    const { rows } = await tx.query({ text: `EXPLAIN ${last.text}`, values: last.values });
    return { moved: moved.length, plan: rows.map((row) => row["QUERY PLAN"]).join("\n") };
  });
}

test.each<[string, typeof movesOfPeople, SetTrigger]>([
  ["accounts that went quiet", movesOfAccounts, { on: "quiet", who: "accounts" }],
  ["accounts at risk", movesOfAccounts, { on: "risk", who: "accounts", above: 50 }],
  ["dormant accounts", movesOfAccounts, { on: "state", who: "accounts", state: "dormant" }],
  ["people that went quiet", movesOfPeople, { on: "quiet", who: "people" }],
  ["dormant people", movesOfPeople, { on: "state", who: "people", state: "dormant" }],
  ["people at risk", movesOfPeople, { on: "risk", who: "people", above: 50 }],
])("%s: no sweep reads the whole set once per person", async (_, moves, trigger) => {
  const alert = newId();
  const [first, again] = [await swept(moves, alert, trigger), await swept(moves, alert, trigger)];
  expect(first.moved).toBeGreaterThan(COUNT / 10);
  expect(again.moved).toBe(0);
  for (const { plan } of [first, again]) expect(plan).not.toContain("Nested Loop");
});
