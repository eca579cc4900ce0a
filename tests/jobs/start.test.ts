import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { startJobs } from "@/lib/jobs/start";
import { erasePerson } from "@/lib/privacy/erase";
import { toOperation } from "../identity/generate";
import { makeModelProject, sendOperations } from "../identity/run";
import { parseScript, timeOf } from "../identity/script";

const DAY_MS = 24 * 60 * 60 * 1000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

test("a start finishes interrupted erasures, and destroys the salts of the day before yesterday", async () => {
  const project = await makeModelProject(pool());
  const ops = parseScript("a@0 A/a@5 B@6").map((op) => toOperation(op));
  await sendOperations(pool(), project, ops);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: timeOf("10") };
  await erasePerson(pool(), project, { kind: "u", extId: "A" }, options);
  const days = [0, 1, 2, 30].map((ago) => dayOf(Date.now() - ago * DAY_MS));
  for (const day of days) await pool().query("INSERT INTO salts (day, salt) VALUES ($1, 'x')", [day]);
  const events = async () =>
    (await pool().query("SELECT count(*) AS n FROM events WHERE project_id = $1", [project.id])).rows[0]?.n;
  expect(await events()).toBe(3);

  const jobs = startJobs();
  await vi.waitFor(async () => {
    const { rows } = await pool().query("SELECT day::text FROM salts ORDER BY day DESC");
    expect(rows.map((row) => row.day)).toEqual(days.slice(0, 2));
  }, 20_000);
  jobs.stop();
  expect(await events()).toBe(1);
  const { rows } = await pool().query(
    "SELECT finished_at IS NOT NULL AS done, (SELECT count(*) FROM erase_lanes WHERE project_id = $1) AS lanes FROM erase_jobs WHERE project_id = $1",
    [project.id],
  );
  expect(rows).toEqual([{ done: true, lanes: 0 }]);
});
