import { afterEach, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { createAccountMaintenance } from "@/lib/jobs/accounts";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { completeStates } from "@/lib/jobs/lifecycle";
import { applyRisk, refitRisk } from "@/lib/jobs/risk";
import { sweepSignUps } from "@/lib/jobs/sign-ups";
import { updateProject } from "@/lib/projects/settings.store";
import { applyOperations, DAY_MS, makeEvent, refreshEverything, START } from "../accounts/support";
import { makeModelProject } from "../identity/run";
import { onCitus } from "../support/citus";
import { allowInDatabase, plantPeople, refuseInDatabase } from "./poison";

afterEach(allowInDatabase);

const HOUR_MS = 3_600_000;
const count = async (from: string, projectId: string): Promise<number> => {
  const { rows } = await pool().query<{ n: number }>(
    `SELECT count(DISTINCT person)::int AS n FROM ${from} AND project_id = $1`,
    [projectId],
  );
  return rows[0]?.n ?? 0;
};

test("a sweep of states sets aside people it cannot store, continues with the others, and retries them", async () => {
  const { project, scope, idOf } = await plantPeople();
  const now = Date.now();
  await refreshAllFacts(pool(), project.id, now);
  await pool().query("DELETE FROM person_states WHERE project_id = $1", [project.id]);
  await pool().query("UPDATE lifecycle_rules SET swept_to = $2 WHERE project_id = $1", [
    project.id,
    "-9223372036854775808",
  ]);
  await refuseInDatabase("person_states", `person IN (${idOf.get("p7")}, ${idOf.get("p77")})`);
  await completeStates(pool(), project.id, now);
  expect(await count("person_states WHERE true", project.id)).toBe(118);
  const aside = async () => (await listSetAside(scope)).rows.map(({ job, ref }) => `${job} ${ref}`).sort();
  expect(await aside()).toEqual(["states u:p7", "states u:p77"]);
  // Not before its time.
  await allowInDatabase();
  await completeStates(pool(), project.id, now + 1_000);
  expect(await count("person_states WHERE true", project.id)).toBe(118);
  await completeStates(pool(), project.id, now + HOUR_MS);
  expect(await count("person_states WHERE true", project.id)).toBe(120);
  expect(await aside()).toEqual([]);
});

test("a sweep of sign-ups sets aside people it cannot store, too", async () => {
  const { project, scope } = await plantPeople();
  const now = Date.now();
  await refreshAllFacts(pool(), project.id, now);
  await updateProject(scope, { signUpProperty: "joined" });
  await refuseInDatabase("profile_facts", "handle = 'p7' AND signed_up_at < '2020-01-01'");
  const decided = "profile_facts WHERE signed_up_at < '2020-01-01'";
  while (await sweepSignUps(pool(), project.id, now));
  expect(await count(decided, project.id)).toBe(119);
  expect((await listSetAside(scope)).rows).toMatchObject([{ job: "sign-ups", ref: "u:p7", tries: 1 }]);
  await allowInDatabase();
  while (await sweepSignUps(pool(), project.id, now + HOUR_MS));
  expect(await count(decided, project.id)).toBe(120);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("the others' risk is computed even if one person's cannot be stored", async () => {
  const { project, scope, idOf } = await plantPeople();
  const now = Date.now();
  await refreshAllFacts(pool(), project.id, now);
  await pool().query("DELETE FROM person_risk WHERE project_id = $1", [project.id]);
  await refuseInDatabase("person_risk", `person = ${idOf.get("p7")}`);
  await refitRisk(pool(), project.id, now);
  await applyRisk(pool(), project.id, now);
  expect(await count("person_risk WHERE true", project.id)).toBe(119);
  expect((await listSetAside(scope)).rows).toMatchObject([{ job: "risk", ref: "u:p7" }]);
  await allowInDatabase();
  await refitRisk(pool(), project.id, now + HOUR_MS);
  await applyRisk(pool(), project.id, now + HOUR_MS);
  expect(await count("person_risk WHERE true", project.id)).toBe(120);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("an import whose first event keeps moving keeps nobody waiting: a sweep of sign-ups is finished first", async () => {
  const { project, scope, idOf } = await plantPeople(700);
  await refreshFacts(pool(), project.id, idOf.values());
  while (await sweepSignUps(pool(), project.id));
  await updateProject(scope, { signUpProperty: "joined" });
  const decided = "profile_facts WHERE signed_up_at < '2020-01-01'";
  for (let batches = 1; batches <= 2; batches++) {
    await pool().query(
      `UPDATE profile_facts SET first_seen = (first_seen AT TIME ZONE 'UTC' - $2 * interval '1 day') AT TIME ZONE 'UTC'
        WHERE project_id = $1 AND handle = 'p0'`,
      [project.id, batches],
    );
    expect(await sweepSignUps(pool(), project.id)).toBe(true);
  }
  expect(await count(decided, project.id)).toBe(700);
  // And once more over those who were met before it moved, which ends.
  let batches = 0;
  while (await sweepSignUps(pool(), project.id)) batches++;
  expect(batches).toBe(1);
  expect(await sweepSignUps(pool(), project.id)).toBe(false);
});

test("an account of thousands is computed separately when its day is over, and small ones do not wait for it", async ({
  skip,
}) => {
  skip(onCitus(), "a trigger on a shard cannot write to the test's table");
  const project = await makeModelProject(pool());
  const ids = ["a", "b", "c", "d", "e"];
  await applyOperations(project, ...ids.map((id) => makeEvent(1, { user: `of-${id}`, groups: [id] })));
  await refreshEverything(project, START + 10 * DAY_MS);
  await pool().query("UPDATE account_facts SET people = 6000 WHERE project_id = $1 AND account_id IN ('b', 'd')", [
    project.id,
  ]);
  await pool().query(`
    CREATE TABLE written (n int, ids text[]);
    CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO written SELECT count(*), array_agg(account_id ORDER BY account_id) FROM fresh HAVING count(*) > 0; RETURN NULL; END $$;
    CREATE TRIGGER notes AFTER UPDATE ON account_facts REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_written();
    CREATE TRIGGER notes_too AFTER INSERT ON account_facts REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_written()`);
  try {
    const keeper = createAccountMaintenance(pool(), async () => undefined, project.id);
    while (await keeper.step(START + 11 * DAY_MS));
    const { rows } = await pool().query<{ ids: string[] }>("SELECT ids FROM written");
    expect(rows.map((row) => row.ids.join("")).sort()).toEqual(["ace", "b", "d"]);
  } finally {
    await pool().query(
      "DROP TRIGGER notes ON account_facts; DROP TRIGGER notes_too ON account_facts; DROP FUNCTION note_written; DROP TABLE written",
    );
  }
});
