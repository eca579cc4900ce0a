import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { createRiskJob } from "@/lib/jobs/risk";
import { NOW, projectOf, TODAY } from "../risk/project";

const PROJECTS = 6;
/** More than the job ever needs: one that never runs out of work ends here. */
const RUNS_MAX = 40 * PROJECTS;

/** Runs the job until it rests; how often. */
async function runsUntilRest(runRiskJob = createRiskJob()): Promise<number> {
  for (let runs = 1; runs <= RUNS_MAX; runs++) if ((await runRiskJob(NOW)).inMs >= 60_000) return runs;
  throw new Error("the job never rests");
}

test("projects whose people all came today are fitted once, each looked at a few times, and then the job rests", async () => {
  for (let i = 0; i < PROJECTS; i++) {
    const { projectId } = await projectOf([
      { person: 1, days: [TODAY - 1] },
      { person: 2, days: [TODAY - 1] },
    ]);
    await pool().query("DELETE FROM person_days WHERE project_id = $1", [projectId]);
  }
  const fitted = await pool().query("SELECT FROM risk_models");
  expect(fitted.rowCount).toBe(0);
  const queries = vi.spyOn(pool(), "query");
  await runsUntilRest();
  const looks = queries.mock.calls.filter(([query]) =>
    /AS "fittedOn"[\s\S]*FROM risk_models/.test(typeof query === "string" ? query : (query as { text: string }).text),
  ).length;
  queries.mockRestore();
  expect((await pool().query("SELECT FROM risk_models")).rowCount).toBe(PROJECTS);
  expect(looks).toBeGreaterThanOrEqual(PROJECTS);
  expect(looks).toBeLessThanOrEqual(5 * PROJECTS);
  expect(await runsUntilRest()).toBe(1);
});
