import { afterEach, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { setAside, setAsideAmong } from "@/lib/debugger/set-aside.store";
import { maintainColumns } from "@/lib/jobs/columns";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { countSegments } from "@/lib/jobs/segments";
import { startJobs } from "@/lib/jobs/start";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasure, finishErasures } from "@/lib/privacy/erase-jobs.store";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { wantColumn } from "@/lib/profiles/list/sorted-columns.store";
import { grantScope } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import { toOperation } from "../identity/generate";
import { makeModelProject, sendOperations } from "../identity/run";
import { parseScript, timeOf } from "../identity/script";
import { allowInDatabase, plantPeople, refuseInDatabase } from "./poison";

const HOUR_MS = 3_600_000;
const undo: string[] = [];
afterEach(async () => {
  await allowInDatabase();
  for (const statement of undo.splice(0)) await pool().query(statement);
});

const factsOf = async (projectId: string): Promise<string[]> =>
  (
    await pool().query<{ handle: string }>("SELECT handle FROM profile_facts WHERE project_id = $1", [projectId])
  ).rows.map((r) => r.handle);

test("somebody the facts job cannot store is set aside with the reason, and nobody else is affected", async () => {
  const { project, scope, idOf } = await plantPeople();
  await refuseInDatabase("profile_facts", "handle IN ('p7', 'p77')");
  const now = Date.now();
  await refreshAllFacts(pool(), project.id, now);
  const known = await factsOf(project.id);
  expect(known).toHaveLength(118);
  const aside = await listSetAside(scope);
  expect(aside.total).toBe(2);
  expect(new Set(aside.rows.map(({ ref }) => ref))).toEqual(new Set(["u:p7", "u:p77"]));
  expect(aside.rows[0]).toMatchObject({ job: "facts", tries: 1, reason: expect.stringMatching(/refuses_0, 23514/) });
  const others = grantScope((await makeModelProject(pool())).id, "system:test");
  expect((await listSetAside(others)).total).toBe(0);

  // Not retried before its time, however often they are touched; then once, and later each time.
  const poisoned = [idOf.get("p7"), idOf.get("p77")] as number[];
  await refreshFacts(pool(), project.id, [...idOf.values()], now + 60_000);
  expect((await listSetAside(scope)).rows.map(({ tries }) => tries)).toEqual([1, 1]);
  await refreshFacts(pool(), project.id, poisoned, now + HOUR_MS);
  expect((await listSetAside(scope)).rows.map(({ tries }) => tries)).toEqual([2, 2]);
  const again = await setAsideAmong(pool(), project.id, "facts", poisoned.map(String));
  expect(Math.min(...again.values())).toBeGreaterThan(now + HOUR_MS + 15 * 60_000);

  // Once it can be stored it is, and is no longer set aside.
  await allowInDatabase();
  await refreshFacts(pool(), project.id, poisoned, now + 3 * HOUR_MS);
  expect(await factsOf(project.id)).toHaveLength(120);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("the pause before the next try doubles, up to a day", async () => {
  const { id } = await makeModelProject(pool());
  const pauses: number[] = [];
  for (let i = 0; i < 12; i++) {
    await setAside(pool(), id, "facts", "1", "no", 0);
    pauses.push(((await setAsideAmong(pool(), id, "facts", ["1"])).get("1") as number) / 60_000);
  }
  expect(pauses.slice(0, 4)).toEqual([10, 20, 40, 80]);
  expect(pauses.at(-1)).toBe(24 * 60);
});

test("a value that a sorted column cannot store is left out, and the column is built", async () => {
  const { project, scope, idOf } = await plantPeople();
  await refreshAllFacts(pool(), project.id);
  await wantColumn(pool(), scope, "p:plan", new Date().toISOString().slice(0, 10));
  await refuseInDatabase("profile_values", `value IN ('"plan 3"', '"plan 99"')`);
  const steps = vi.fn();
  while (await maintainColumns(pool(), Date.now(), project.id)) steps();
  expect(steps.mock.calls.length).toBeLessThan(20);
  const { rows } = await pool().query(
    "SELECT count(*)::int AS n, (SELECT filled_on IS NOT NULL FROM sorted_columns WHERE project_id = $1) AS done FROM profile_values WHERE project_id = $1",
    [project.id],
  );
  expect(rows).toEqual([{ n: 118, done: true }]);
  const aside = (await listSetAside(scope)).rows.map(({ job, subject, ref }) => [job, subject, ref]).sort();
  expect(aside).toEqual(["p3", "p99"].map((id) => ["columns", `${idOf.get(id)} p:plan`, `u:${id}`]).sort());

  await allowInDatabase();
  await pool().query("UPDATE sorted_columns SET filled_on = filled_on - 10 WHERE project_id = $1", [project.id]);
  while (await maintainColumns(pool(), Date.now(), project.id));
  expect((await listSetAside(scope)).total).toBe(0);
});

test("a segment that cannot be counted does not affect the others", async () => {
  const { project, scope } = await plantPeople(3);
  await refreshAllFacts(pool(), project.id);
  const rule = { kind: "and" as const, of: [{ kind: "identified" as const, is: true }] };
  const [bad, good] = [
    await createSegment(scope, { name: "a", rule }),
    await createSegment(scope, { name: "b", rule }),
  ];
  await refuseInDatabase("segment_sizes", `segment_id = '${bad}'`);
  await countSegments(Date.now());
  const { rows } = await pool().query("SELECT segment_id, people FROM segment_sizes WHERE project_id = $1", [
    project.id,
  ]);
  expect(rows).toEqual([{ segment_id: good, people: 3 }]);
  expect((await listSetAside(scope)).rows).toMatchObject([{ job: "segments", subject: bad, name: "a" }]);
  await allowInDatabase();
  await countSegments(Date.now());
  expect((await listSetAside(scope)).total).toBe(0);
});

/** Somebody with two events, erased, whose events are still to be deleted. */
async function erased() {
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    parseScript("a@0 A/a@5").map((op) => toOperation(op)),
  );
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: timeOf("10") };
  await erasePerson(pool(), project, { kind: "u", extId: "A" }, options);
  return project;
}

/** Until `undo`, deleting events of this project fails. */
async function refuseDelete(projectId: string, code: string): Promise<void> {
  await pool().query(`
    CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`);
  undo.push("DROP FUNCTION refuse_delete CASCADE");
  await pool().query(`
    CREATE TRIGGER refuses BEFORE DELETE ON events FOR EACH ROW WHEN (OLD.project_id = '${projectId}') EXECUTE FUNCTION refuse_delete()`);
}

const eventsLeft = async (project: { id: string }) =>
  (await pool().query("SELECT count(*)::int AS n FROM events WHERE project_id = $1", [project.id])).rows[0]?.n;

test("an erasure that cannot be finished does not stop those after it, and is finished once it can be", async () => {
  const projects = [await erased(), await erased()] as const;
  await refuseDelete(projects[0].id, "23514");
  const jobs = startJobs();
  await vi.waitFor(async () => expect(await eventsLeft(projects[1])).toBe(0));
  await jobs.stop();
  expect(await eventsLeft(projects[0])).toBe(2);
  const scope = grantScope(projects[0].id, "system:test");
  expect((await listSetAside(scope)).rows).toMatchObject([
    { job: "erasures", reason: expect.stringContaining("23514") },
  ]);

  for (const statement of undo.splice(0)) await pool().query(statement);
  await finishErasures(pool());
  expect(await eventsLeft(projects[0])).toBe(0);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("an erasure set aside by one process and finished by another is no longer listed", async () => {
  const project = await erased();
  const { rows } = await pool().query<{ id: string }>("SELECT id FROM erase_jobs WHERE project_id = $1", [project.id]);
  const jobId = rows[0]?.id as string;
  await setAside(pool(), project.id, "erasures", jobId, "57014", Date.now());
  const scope = grantScope(project.id, "system:test");
  expect((await listSetAside(scope)).total).toBe(1);
  await finishErasure(pool(), project.id, jobId);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("an erasure that fails for another reason than its data is tried again, not set aside", async () => {
  const project = await erased();
  await refuseDelete(project.id, "55000");
  const onFault = vi.fn();
  await expect(finishErasures(pool(), onFault)).rejects.toMatchObject({ code: "55000" });
  expect(onFault).not.toHaveBeenCalled();
  for (const statement of undo.splice(0)) await pool().query(statement);
  await finishErasures(pool(), onFault);
  expect(await eventsLeft(project)).toBe(0);
});

test("a list of people includes those set aside", async () => {
  const { project, scope } = await plantPeople(5);
  await refuseInDatabase("profile_facts", "handle = 'p2'");
  await refreshAllFacts(pool(), project.id);
  const { rows } = await listProfiles(scope, { tab: "identified", limit: 10 });
  expect(rows).toHaveLength(5);
});
