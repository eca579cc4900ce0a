import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { pool, transaction, writerPool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { Batcher } from "@/lib/ingest/store/batcher";
import { countNewestDays } from "@/lib/jobs/day-counts";
import { announceDays, countDay, dayCountsProgress, isOverBefore } from "@/lib/overview/day-counts.store";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasure } from "@/lib/privacy/erase-jobs.store";
import { applyRetention } from "@/lib/privacy/retention";
import { event } from "../alerts/support";
import { DAY, LATER, longSequence, someWindows, wrongCounts } from "../identity/counts-by-hand";
import { batches, random, T0 } from "../identity/generate";
import { makeModelProject, sendOperations } from "../identity/run";
import { someCases } from "../support/cases";
import { countAllDays } from "../support/day-counts";

const DAY_OF = (ts: number) => new Date(ts).toISOString().slice(0, 10);

async function countAll(projectId: string): Promise<void> {
  await countAllDays(projectId, LATER);
}

/** Days of a project that are answered from counts. */
async function counted(projectId: string): Promise<number> {
  const { rows } = await pool().query(
    sql`SELECT DISTINCT day FROM day_counts WHERE project_id = ${projectId} AND is_ready`,
  );
  return rows.length;
}

/** Late events, claims, merges, replays, erasures and retention in random order, counted between them. */
test.each([0, 1, 2, 3])(
  "counts of closed days are those of the rows after any sequence, in every zone (series %i)",
  async (series) => {
    let used = 0;
    for (let seed = series * 5; seed < series * 5 + 5; seed++) {
      const r = random(seed ^ 0x1f3d5b79);
      const ops = longSequence(seed, [12, 24, 40][seed % 3] as number);
      const project = await makeModelProject(writerPool());
      const jobs: string[] = [];
      const check = async (what: string) => {
        used += await counted(project.id);
        // Both are drawn, so that the histories are the same however many are compared.
        const windows = [someWindows(r), someWindows(r)];
        for (const window of windows.slice(0, someCases(1, 2)))
          expect(await wrongCounts(project.id, window), `seed ${seed}, after ${what}`).toEqual([]);
      };
      for (const batch of batches(r, ops)) {
        await new Batcher(() => writerPool()).submit(project, batch);
        if (r.chance(0.4)) await countAll(project.id);
        if (r.chance(0.3)) await check("a batch");
        if (r.chance(0.15)) {
          const user = r.pick(ops).user;
          if (user === null) continue;
          const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: T0 + r.int(9) * DAY };
          const receipt = await erasePerson(writerPool(), project, { kind: "u", extId: user }, options).catch(
            () => null,
          );
          if (receipt?.jobId) jobs.push(receipt.jobId);
          await check("an erasure");
        }
        if (r.chance(0.2)) {
          for (const job of jobs.splice(0)) await finishErasure(writerPool(), project.id, job);
          await check("its end");
        }
      }
      await countAll(project.id);
      await check("everything");
      await applyRetention(writerPool(), project.id, { days: 1 + r.int(8), byEvent: ["opened: 2"] }, T0 + 9 * DAY);
      await check("retention");
    }
    expect(used).toBeGreaterThan(100);
  },
);

test("counts made while eight writers store late events are those of the rows", async () => {
  for (let seed = 500; seed < 502; seed++) {
    const project = await makeModelProject(writerPool());
    const queue = batches(random(seed), longSequence(seed, 200));
    let isStoring = true;
    const counter = async () => {
      while (isStoring) await countNewestDays(writerPool(), project.id, LATER);
    };
    const counting = Promise.all([counter(), counter()]);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const batcher = new Batcher(() => writerPool());
        for (let batch = queue.shift(); batch; batch = queue.shift()) await batcher.submit(project, batch);
      }),
    );
    isStoring = false;
    await counting;
    for (let i = 0; i < 5; i++) expect(await wrongCounts(project.id, someWindows(random(i)))).toEqual([]);
  }
});

test("a day is not counted while a transaction runs that may have missed the announcement", async () => {
  const project = await makeModelProject(writerPool());
  await sendOperations(writerPool(), project, [event("opened", T0, { user: "a" })]);
  const days = [DAY_OF(T0)];
  let xid = "";
  await transaction(writerPool(), async (tx) => {
    await tx.query(sql`
      INSERT INTO events (project_id, id, ts, received_at, kind, name, active, claim)
      VALUES (${project.id}, ${newId()}, ${new Date(T0)}, now(), 'event', 'opened', true, true)`);
    xid = await announceDays(writerPool(), project.id, days);
    expect(await isOverBefore(writerPool(), project.id, xid)).toBe(false);
  });
  await expect.poll(() => isOverBefore(writerPool(), project.id, xid)).toBe(true);
});

test("an event that arrives between the announcement and the count reopens the day", async () => {
  const project = await makeModelProject(writerPool());
  await sendOperations(writerPool(), project, [event("opened", T0, { user: "a" })]);
  await announceDays(writerPool(), project.id, [DAY_OF(T0)]);
  await sendOperations(writerPool(), project, [event("opened", T0 + 1, { user: "a" })]);
  await countDay(writerPool(), project.id, "event", DAY_OF(T0));
  expect(await counted(project.id)).toBe(0);
  await countAll(project.id);
  expect(await counted(project.id)).toBe(12);
});

test("a day with more names than are stored is answered from its rows", async () => {
  const project = await makeModelProject(writerPool());
  const views = Array.from({ length: 1_001 }, (_, i) =>
    event("screen_view", T0 + i, { user: "a", context: { path: `/${String(i).padStart(4, "0")}` } }),
  );
  await sendOperations(writerPool(), project, views);
  await countAll(project.id);
  const { rows } = await pool().query(sql`
    SELECT kind, names IS NULL AS "isLeftOut" FROM day_counts
     WHERE project_id = ${project.id} AND day = ${DAY_OF(T0)} ORDER BY kind`);
  expect(rows).toEqual([
    { kind: "event", isLeftOut: false },
    { kind: "page", isLeftOut: true },
    { kind: "source", isLeftOut: false },
  ]);
  const windows = { now: { from: T0 - DAY, to: T0 + DAY }, before: { from: T0 - 3 * DAY, to: T0 - DAY } };
  expect((await wrongCounts(project.id, windows)).filter((text) => text.length < 500)).toEqual([]);
});

test("an event of today that changes the source of an earlier visit invalidates that day", async () => {
  const project = await makeModelProject(writerPool());
  const visit = { user: "a", sessionId: newId() };
  await sendOperations(writerPool(), project, [event("opened", T0, visit)]);
  await countAll(project.id);
  await sendOperations(writerPool(), project, [
    event("screen_view", Date.now(), { ...visit, context: { path: "/", referrerName: "x" } }),
  ]);
  const [now, before] = [
    { from: T0 - DAY, to: T0 + DAY },
    { from: T0 - 3 * DAY, to: T0 - DAY },
  ];
  expect(await wrongCounts(project.id, { now, before })).toEqual([]);
});

test("events that retention deletes reopen their day, also where no visit had them", async () => {
  const project = await makeModelProject(writerPool());
  await sendOperations(writerPool(), project, [
    event("ping", T0, { user: "ada", active: false }),
    event("view", T0 + 1_000, { user: "ada" }),
  ]);
  await countAll(project.id);
  expect(await counted(project.id)).toBeGreaterThan(0);
  await applyRetention(writerPool(), project.id, { days: 0, byEvent: ["ping: 2"] }, T0 + 9 * DAY);
  for (let i = 0; i < 5; i++) expect(await wrongCounts(project.id, someWindows(random(i)))).toEqual([]);
});

test("a project without events has no days to count", async () => {
  const project = await makeModelProject(writerPool());
  await countAll(project.id);
  expect(await counted(project.id)).toBe(0);
});

test("events of today reopen nothing: no batch of live traffic waits for a count", async () => {
  const project = await makeModelProject(writerPool());
  await sendOperations(writerPool(), project, [event("opened", T0, { user: "a" })]);
  await countAll(project.id);
  const before = await counted(project.id);
  await sendOperations(writerPool(), project, [event("opened", Date.now(), { user: "a" })]);
  expect(await counted(project.id)).toBe(before);
});

test("the progress says how many days are counted while others wait, newest first", async () => {
  const project = await makeModelProject(writerPool());
  const days = 20;
  await sendOperations(writerPool(), project, [event("opened", LATER - days * DAY, { user: "a" })]);
  const progress = () => dayCountsProgress(pool(), project.id, LATER);
  const { done, total } = await progress();
  expect([done, total >= days - 1]).toEqual([0, true]);
  const seen: number[] = [];
  while (seen.at(-1) !== total) {
    await countNewestDays(pool(), project.id, LATER);
    seen.push((await progress()).done);
  }
  expect(seen.length).toBeGreaterThan(1);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(await progress()).toEqual({ done: total, total });
});
