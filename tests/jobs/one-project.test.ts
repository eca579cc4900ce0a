import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { sweepStates } from "@/lib/jobs/lifecycle";
import { forOneProject } from "@/lib/jobs/one-project";
import { createRiskJob } from "@/lib/jobs/risk";
import { sweepAllSignUps } from "@/lib/jobs/sign-ups";
import { applyOperations, atMinute, makeEvent } from "@/tests/accounts/support";
import { makeModelProject } from "@/tests/identity/run";

const HOUR_MS = 3_600_000;
const bad = () => Promise.reject(Object.assign(new Error("out of range"), { code: "22003" }));

test("a project whose data makes a job fail rests for an hour; other failures are thrown", async () => {
  expect(await forOneProject("a", "p", 0, bad)).toBeNull();
  expect(await forOneProject("a", "p", HOUR_MS - 1, async () => "done")).toBeNull();
  expect(await forOneProject("a", "q", 1, async () => "done")).toBe("done");
  expect(await forOneProject("b", "p", 1, async () => "done")).toBe("done");
  expect(await forOneProject("a", "p", HOUR_MS, async () => "done")).toBe("done");
  const away = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
  await expect(forOneProject("a", "q", 2, away)).rejects.toThrow("refused");
});

test("other projects' states, sign-ups and risk are computed when one project's cannot be stored", async () => {
  const projects = [await makeModelProject(pool()), await makeModelProject(pool()), await makeModelProject(pool())];
  const now = atMinute(60 * 24 * 40);
  for (const project of projects) {
    for (const day of [1, 3, 5, 8]) await applyOperations(project, makeEvent(60 * 24 * day, { user: "ada" }));
    await refreshAllFacts(pool(), project.id, now);
  }
  // Everything is due again, and the first two projects cannot be stored.
  await pool().query("DELETE FROM person_states");
  await pool().query("DELETE FROM lifecycle_rules");
  const [first, second] = projects.map(({ id }) => id).sort();
  for (const table of ["person_states", "lifecycle_rules", "risk_models", "person_risk"]) {
    await pool().query(`
      CREATE FUNCTION refuse_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.project_id IN ('${first}', '${second}') THEN
          RAISE EXCEPTION 'refused' USING ERRCODE = '22003';
        END IF;
        RETURN NEW;
      END $$`);
    await pool().query(`
      CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_${table}()`);
  }
  const runRiskJob = createRiskJob();
  for (let n = 0; n < 20; n++) {
    await sweepStates(now + n);
    await sweepAllSignUps(now + n);
    await runRiskJob(now + n);
  }
  const have = async (table: string) =>
    (await pool().query<{ project_id: string }>(`SELECT DISTINCT project_id FROM ${table}`)).rows.map(
      (row) => row.project_id,
    );
  const third = projects.map(({ id }) => id).sort()[2];
  expect(await have("person_states")).toEqual([third]);
  expect(await have("person_risk")).toContain(third);
});
