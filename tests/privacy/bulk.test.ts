import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { GET as receipts } from "@/app/api/v1/erasures/[id]/receipts/route";
import { GET as progress } from "@/app/api/v1/erasures/[id]/route";
import { POST as erasures } from "@/app/api/v1/erasures/route";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import * as schemas from "@/lib/api/erasures";
import { pool, transaction } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { retryBulk, startBulk, stopBulkErasure, workOnBulk } from "@/lib/privacy/bulk";
import { bulkReceipts, getBulk, listBulks } from "@/lib/privacy/bulk.queries";
import { reopenBulk } from "@/lib/privacy/bulk.store";
import { peopleOfQuery } from "@/lib/privacy/bulk-choice";
import { eraseByRef } from "@/lib/privacy/erase";
import { isGenuineReceipt } from "@/lib/privacy/erase-jobs.store";
import { type ErasureRow, getErasure, listErasures } from "@/lib/privacy/erasures.queries";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { maintainQueues, takeJob } from "@/lib/queue/queue.store";
import { grantScope, type Scope } from "@/lib/scope";
import { track } from "../api/who";
import { asServer, makeProject, type TestProject } from "../ingest/support";
import { jobStates, passMinutes } from "../support/queue";

let project: TestProject;
let other: TestProject;
let scope: Scope<"manage">;
const going = new AbortController().signal;

beforeAll(async () => {
  other = await makeProject();
});

afterAll(() => flushAccessLog());

beforeEach(async () => {
  await pool().query("DELETE FROM pgboss.job");
  project = await makeProject();
  scope = grantScope(project.id, "member:test");
});

/** People u1 to u<count>, with a device each; odd ones are on plan pro. */
async function people(count: number, device = "device"): Promise<void> {
  const batch = Array.from({ length: count }, (_, i) => [
    {
      type: "identify",
      anonymousId: `${device}-${i + 1}`,
      payload: { profileId: `u${i + 1}`, properties: { plan: i % 2 === 0 ? "pro" : "free" } },
    },
    { type: "track", anonymousId: `${device}-${i + 1}`, payload: { name: "export", profileId: `u${i + 1}` } },
  ]).flat();
  await track(project, { batch });
  await refreshAllFacts(pool(), project.id);
}

async function left(): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>(
    "SELECT kind || ':' || ext_id AS id FROM identities WHERE project_id = $1 ORDER BY length(ext_id), 1",
    [project.id],
  );
  return rows.map(({ id }) => id);
}

async function post(body: unknown, keys: ClientKeys | null = project.root) {
  const request = new Request("http://127.0.0.1/api/v1/erasures", {
    method: "POST",
    headers: { "content-type": "application/json", ...(keys ? asServer(keys) : {}) },
    body: JSON.stringify(body),
  });
  const response = await erasures(request);
  return { status: response.status, body: await response.json() };
}

async function get(route: typeof progress, id: string, keys: ClientKeys | null = project.root) {
  const request = new Request(`http://127.0.0.1/api/v1/erasures/${id}`, { headers: keys ? asServer(keys) : {} });
  const response = await route(request, { params: Promise.resolve({ id }) });
  return { status: response.status, text: await response.text() };
}

/** Works until the queue is empty; returns how many jobs that took. */
async function workAll(sliceMs = 20_000): Promise<number> {
  for (let jobs = 0; ; jobs++) {
    const job = await takeJob("bulk-erasure");
    if (!job) return jobs;
    await workOnBulk(job, going, sliceMs);
  }
}

async function madeBy(bulkId: string): Promise<ErasureRow[]> {
  const made: ErasureRow[] = [];
  for await (const page of bulkReceipts(scope, bulkId))
    for (const { jobId } of page) {
      const erasure = await getErasure(scope, jobId ?? "");
      if (erasure) made.push(erasure);
    }
  return made;
}

test("refs of a request are erased one by one, each like a single erasure, with a receipt each", async () => {
  await people(5);
  const settings = await requireProjectSettings(scope);
  const single = await eraseByRef(scope, settings, "u:u2", { dryRun: true, suppress: false, now: Date.now() });
  await eraseByRef(scope, settings, "u:u5", { dryRun: false, suppress: false, now: Date.now() });
  const refs = ["u:u1", "a:device-1", "u:u2", "u:u5", "u:nobody", "nonsense"];
  const preview = await post({ refs, dryRun: true });
  expect([preview.status, preview.body.people, preview.body.erasure]).toEqual([200, 2, null]);
  const { status, body } = await post({ refs });
  expect(status).toBe(200);
  expect(schemas.erasuresSchema.parse(body)).toEqual(body);
  expect(body.data.map(({ state }: { state: string }) => state)).toEqual([
    "queued",
    "queued",
    "queued",
    "erased",
    "unknown",
    "unknown",
  ]);
  expect(body.erasure).toMatchObject({ state: "running", total: 2, waiting: 2, erased: 0 });
  expect(await workAll()).toBe(1);
  expect(await left()).toEqual(["u:u3", "u:u4", "a:device-3", "a:device-4"]);
  const { text } = await get(progress, body.erasure.id);
  expect(schemas.bulkErasureSchema.parse(JSON.parse(text))).toMatchObject({
    state: "finished",
    total: 2,
    erased: 2,
    waiting: 0,
    failed: 0,
  });
  // u5, erased alone, is not lost among many.
  expect(await listErasures(scope)).toHaveLength(1);
  const made = await madeBy(body.erasure.id);
  for (const { receipt, requestedBy } of made) {
    expect(await isGenuineReceipt(scope, receipt)).toBe(true);
    for (const changed of [{ events: receipt.events + 1 }, { digest: null }, { digest: "0".repeat(64) }])
      expect(await isGenuineReceipt(scope, { ...receipt, ...changed }), JSON.stringify(changed)).toBe(false);
    expect(requestedBy).toBe(`client:${project.root.clientId}`);
    const { jobId: _, erasedAt: _at, digest: _digest, ...counts } = receipt;
    expect({ ...counts, jobId: null, digest: null, erasedAt: "" }).toEqual({ ...single.receipt, erasedAt: "" });
  }
  const csv = (await get(receipts, body.erasure.id)).text.trim().split(/\r?\n/);
  expect(csv[0]).toContain("jobId,erasedAt,userIds");
  expect(
    csv
      .slice(1)
      .map((line) => line.split(",")[0])
      .sort(),
  ).toEqual(made.map(({ id }) => id).sort());
  await flushAccessLog();
  const { rows: log } = await pool().query(
    "SELECT what, count(*)::int AS n FROM access_log WHERE project_id = $1 AND what LIKE 'erase%' GROUP BY 1 ORDER BY 1",
    [project.id],
  );
  expect(log).toEqual([
    { what: "erase_people", n: 1 },
    { what: "erase_person", n: 3 },
  ]);
  // Nothing that names anybody is left of the request.
  const { rows } = await pool().query("SELECT 1 FROM bulk_erasure_people WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([]);
});

test("two user ids of one person are one person", async () => {
  await people(2);
  await track(project, { batch: [{ type: "alias", payload: { profileId: "u1", alias: "ada" } }] });
  const refs = ["u:u1", "u:ada", "a:device-1"];
  expect((await post({ refs, dryRun: true })).body.people).toBe(1);
  expect((await post({ refs })).body.erasure).toMatchObject({ total: 1 });
  await workAll();
  expect(await left()).toEqual(["u:u2", "a:device-2"]);
});

test("an erasure restarted while its last job ends continues", async () => {
  await people(1);
  const { id } = (await post({ refs: ["u:u1"] })).body.erasure;
  const job = await takeJob("bulk-erasure");
  if (!job) throw new Error("no job");
  await pool().query("UPDATE bulk_erasure_people SET tries = 3 WHERE bulk_id = $1", [id]);
  let ending: Promise<void> | undefined;
  await transaction(pool(), async (tx) => {
    expect(await reopenBulk(tx, project.id, id)).toBe(true);
    ending = workOnBulk(job, going);
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  await ending;
  expect(await getBulk(scope, id)).toMatchObject({ finishedAt: null, waiting: 1, failed: 0 });
});

test("a chosen visitor who logs in before their turn does not take their user along", async () => {
  const visit = (anonymousId: string) => ({ type: "track", anonymousId, payload: { name: "seen" } });
  const logIn = (anonymousId: string) => ({ type: "identify", anonymousId, payload: { profileId: "ada" } });
  await track(project, { batch: [logIn("home"), visit("home"), visit("office"), visit("stranger")] });
  const { id } = (await post({ refs: ["a:office", "a:stranger"] })).body.erasure;
  await track(project, { batch: [logIn("office")] });
  await workAll();
  expect(await left()).toEqual(["u:ada", "a:home", "a:office"]);
  expect(await getBulk(scope, id)).toMatchObject({ total: 2, erased: 1, waiting: 0, failed: 0 });
});

test("a request repeated with its id starts nothing new", async () => {
  await people(3);
  const id = newId();
  await post({ refs: ["u:u1"], id });
  await post({ refs: ["u:u2"], id });
  expect(await jobStates("bulk-erasure")).toEqual({ created: 1 });
  await workAll();
  const again = await post({ refs: ["u:u1"], id });
  expect(again.body).toMatchObject({ erasure: { state: "finished", total: 1 }, data: [{ state: "erased" }] });
  expect(await left()).toContain("u:u2");
});

test("everybody on a list is erased, and nobody else, if their number is the one confirmed", async () => {
  await people(6);
  const chosen = await peopleOfQuery(scope, new URLSearchParams("filter=and(prop(plan,text,oneOf,pro))"));
  const start = (expected: number) =>
    startBulk(scope, chosen, { id: newId(), suppress: false, expected, now: Date.now() });
  await expect(start(2)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("3 users") });
  expect(await jobStates("bulk-erasure")).toEqual({});
  const { bulk } = await start(3);
  expect(bulk).toMatchObject({ total: 3, waiting: 3 });
  // A job works for a limited time and leaves the rest to the next.
  expect(await workAll(0)).toBe(4);
  expect((await left()).filter((id) => id.startsWith("u:"))).toEqual(["u:u2", "u:u4", "u:u6"]);
  await expect(peopleOfQuery(scope, new URLSearchParams("filter=nonsense("))).rejects.toMatchObject({
    code: "bad_request",
  });
});

test("a process that is killed loses nobody and erases nobody twice", async () => {
  await people(4);
  const { body } = await post({ refs: ["u:u1", "u:u2", "u:u3", "u:u4"] });
  const job = await takeJob("bulk-erasure");
  if (!job) throw new Error("no job");
  await workOnBulk(job, going, 0);
  expect(await listBulks(scope)).toMatchObject([{ id: body.erasure.id, total: 4, erased: 1, finishedAt: null }]);
  const next = await takeJob("bulk-erasure");
  expect(next).not.toBeNull();
  // The process that took it dies here: it never ends its job.
  expect(await workAll()).toBe(0);
  await passMinutes(5);
  await maintainQueues();
  await passMinutes(5);
  expect(await workAll()).toBe(1);
  expect(await left()).toEqual([]);
  expect(await getBulk(scope, body.erasure.id)).toMatchObject({ total: 4, erased: 4, waiting: 0 });
  expect(await listBulks(scope)).toMatchObject([{ erased: null }]);
  expect(await madeBy(body.erasure.id)).toHaveLength(4);
});

test("a person who cannot be erased delays nobody, and is retried on request; after stopping, nobody else is erased", async () => {
  await people(3);
  const { rows } = await pool().query<{ id: string }>(
    "SELECT profile_id AS id FROM identities WHERE project_id = $1 AND ext_id = 'u2'",
    [project.id],
  );
  await pool().query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '22003'; END $$`);
  await pool().query(`
    CREATE TRIGGER refuse BEFORE DELETE ON profiles FOR EACH ROW WHEN (OLD.id = ${rows[0]?.id}) EXECUTE FUNCTION refuse()`);
  const { body } = await post({ refs: ["u:u1", "u:u2", "u:u3"] });
  const { id } = body.erasure;
  await workAll();
  expect(await getBulk(scope, id)).toMatchObject({ erased: 2, waiting: 0, failed: 1 });
  expect((await left())[0]).toBe("u:u2");
  await pool().query("DROP TRIGGER refuse ON profiles");
  await pool().query("DROP FUNCTION refuse()");
  await retryBulk(scope, id);
  await workAll();
  expect(await getBulk(scope, id)).toMatchObject({ erased: 3, failed: 0 });
  await expect(retryBulk(scope, id)).rejects.toMatchObject({ code: "not_found" });

  await people(2, "other");
  const second = (await post({ refs: ["u:u1", "u:u2"] })).body.erasure.id;
  await stopBulkErasure(scope, second, Date.now());
  await workAll();
  expect(await getBulk(scope, second)).toMatchObject({ total: 2, erased: 0, waiting: 0 });
  expect(await left()).toContain("u:u1");
  await expect(stopBulkErasure(scope, second, Date.now())).rejects.toMatchObject({ code: "not_found" });
  expect(JSON.parse((await get(progress, second)).text).state).toBe("stopped");
});

test("invalid requests are refused, naming the field", async () => {
  await people(1);
  const { body } = await post({ refs: ["u:u1"] }, project.write);
  const { id } = body.erasure;
  for (const [given, field] of [
    [{}, "refs"],
    [{ refs: [] }, "refs"],
    [{ refs: [1] }, "refs.0"],
    [{ refs: Array(1_001).fill("u:x") }, "refs"],
    [{ refs: ["u:x"], id: "x" }, "id"],
    [{ refs: ["u:x"], suppress: 1 }, "suppress"],
  ] as const) {
    const answer = await post(given);
    expect([answer.status, answer.body.error?.field], field).toEqual([400, field]);
  }
  expect((await post({ refs: ["u:x"] }, null)).status).toBe(401);
  expect((await post({ refs: ["u:x"] }, project.read)).status).toBe(403);
  expect((await post({ refs: ["u:x"], dryRun: true }, project.write)).status).toBe(403);
  // Repeated, it would erase nobody and tell who exists.
  for (const refs of [["u:u1"], ["u:x"]])
    expect((await post({ refs, id }, project.write)).body).toMatchObject({ erasure: { id }, data: [] });
  for (const route of [progress, receipts]) {
    expect((await get(route, id, null)).status).toBe(401);
    expect((await get(route, id, project.read)).status).toBe(403);
    expect((await get(route, id, other.root)).status).toBe(404);
    expect((await get(route, "x")).status).toBe(404);
    expect((await get(route, id, project.write)).status).toBe(200);
  }
  // Another project's people cannot be erased by their refs.
  expect((await post({ refs: ["u:u1"] }, other.root)).body.data).toMatchObject([{ state: "unknown" }]);
  expect(await left()).toContain("u:u1");
});
