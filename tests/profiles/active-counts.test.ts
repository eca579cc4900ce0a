import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { pool, transaction, writerPool } from "@/lib/db/pool";
import { startOfDay } from "@/lib/format/range";
import { detachDevice } from "@/lib/ingest/corrections/detach";
import { Batcher } from "@/lib/ingest/store/batcher";
import { completeActiveCounts } from "@/lib/jobs/active-counts";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasure } from "@/lib/privacy/erase-jobs.store";
import { applyRetention } from "@/lib/privacy/retention";
import { activeCountsProgress, beginActiveCounts, countMorePeople } from "@/lib/profiles/active-counts.store";
import { takeStale } from "@/lib/profiles/facts/stale-people";
import { lockFacts } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { event } from "../alerts/support";
import { DAY, LATER, longSequence } from "../identity/counts-by-hand";
import { batches, random, T0 } from "../identity/generate";
import { makeModelProject, sendOperations } from "../identity/run";
import { someCases } from "../support/cases";
import { livesOf, someWindow, storedSums, sumsByHand, wrongPeople } from "./active-by-hand";

/** What the job does for those the engine named; a first call hands over what the one before it collected. */
async function followTheEngine({ id }: ProjectSettings): Promise<void> {
  for (let call = 0; call < 2; call++) {
    const people = takeStale().get(id);
    if (people) await refreshFacts(pool(), id, people, LATER);
  }
}

/** As the job does after an update, but of few people at a time. */
const countSome = (projectId: string, limit: number) =>
  transaction(pool(), async (tx) => {
    await lockFacts(tx, projectId);
    if (!(await beginActiveCounts(tx, projectId, LATER)).isDone) await countMorePeople(tx, projectId, limit);
  });

const countedTo = async (projectId: string): Promise<number> =>
  (
    await pool().query<{ to: number }>(
      sql`SELECT counted_to::float8 AS to FROM active_counted WHERE project_id = ${projectId}`,
    )
  ).rows[0]?.to ?? Number.NEGATIVE_INFINITY;

/**
 * Late events, claims, merges, detachments, replays, erasures and retention in random order; counted from anywhere in
 * it.
 */
test.each([0, 1, 2, 3])(
  "people of any window and day, in every zone, and the sums they come from, are those of the events after any sequence (series %i)",
  async (series) => {
    const used = { partly: 0, people: 0 };
    for (let seed = series * 5; seed < series * 5 + 5; seed++) {
      const r = random(seed ^ 0x2c9277b5);
      const ops = longSequence(seed, [12, 24, 40][seed % 3] as number);
      const project = await makeModelProject(writerPool());
      const check = async (what: string) => {
        const lives = await livesOf(project.id);
        const to = await countedTo(project.id);
        expect(await storedSums(project.id), `seed ${seed}, after ${what}`).toEqual(sumsByHand(lives, to));
        // All are drawn, so that the histories are the same however many are compared.
        const windows = [someWindow(r), someWindow(r), someWindow(r)];
        for (const window of windows.slice(0, someCases(2, 3)))
          expect(await wrongPeople(project.id, lives, window), `seed ${seed}, after ${what}`).toEqual([]);
        used.people += lives.all.length;
        if (Math.abs(to) < 1e15) used.partly++;
      };
      for (const batch of batches(r, ops)) {
        await new Batcher(() => writerPool()).submit(project, batch);
        if (r.chance(0.15)) {
          const { user, anon } = r.pick(ops);
          const at = T0 + r.int(9) * DAY;
          const made = { anonymousId: anon as string, userId: user as string, madeBy: "member:test" };
          if (user && anon) await detachDevice(pool(), project, made, at).catch(() => {});
        }
        if (r.chance(0.15)) {
          const user = r.pick(ops).user;
          const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: T0 + r.int(9) * DAY };
          if (user === null) continue;
          const receipt = await erasePerson(writerPool(), project, { kind: "u", extId: user }, options).catch(
            () => null,
          );
          if (receipt?.jobId) await finishErasure(writerPool(), project.id, receipt.jobId);
        }
        if (r.chance(0.5)) {
          await followTheEngine(project);
          if (r.chance(0.3)) await countSome(project.id, 1);
          await check("a batch");
        }
      }
      await followTheEngine(project);
      await completeActiveCounts(pool(), project.id, LATER);
      await check("everything");
      await applyRetention(writerPool(), project.id, { days: 1 + r.int(8), byEvent: ["opened: 2"] }, T0 + 9 * DAY);
      await refreshAllFacts(pool(), project.id, LATER);
      await check("retention");
    }
    expect(used.partly).toBeGreaterThan(4);
    expect(used.people).toBeGreaterThan(200);
  },
);

test.each([
  ["America/Los_Angeles", "2026-03-08"],
  ["Europe/Berlin", "2026-10-25"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["America/Santiago", "2026-09-06"],
])("days on which the clocks of %s change, %s, have the people of their 23, 24½ or 25 hours", async (zone, day) => {
  const r = random(day.length);
  const project = await makeModelProject(writerPool());
  const events = Array.from({ length: 150 }, () =>
    event("opened", Date.parse(day) + (r.int(5 * 96) - 2 * 96) * 15 * 60_000 - r.int(2), { user: `u${r.int(40)}` }),
  );
  await sendOperations(writerPool(), project, events);
  await refreshAllFacts(pool(), project.id, LATER);
  const at = (days: number) => startOfDay(Date.parse(day) + days * DAY, zone);
  for (const [first, end] of [
    [-3, 4],
    [-1, 1],
    [0, 1],
    [0, 2],
    [-1, 2],
  ] as const)
    expect(
      await wrongPeople(project.id, await livesOf(project.id), { zone, window: { from: at(first), to: at(end) } }),
    ).toEqual([]);
});

test("sums that became zero are removed a day later, and all others stay", async () => {
  const project = await makeModelProject(writerPool());
  await sendOperations(writerPool(), project, [
    event("opened", T0, { user: "a" }),
    event("opened", T0 + DAY, { user: "b" }),
  ]);
  await refreshAllFacts(pool(), project.id, LATER);
  await erasePerson(
    writerPool(),
    project,
    { kind: "u", extId: "a" },
    {
      suppress: false,
      dryRun: false,
      requestedBy: "member:test",
      now: LATER,
    },
  );
  const rows = async () =>
    (await pool().query(sql`SELECT people FROM active_gaps WHERE project_id = ${project.id} ORDER BY people`)).rows;
  expect(await rows()).toEqual([{ people: 0 }, { people: 1 }]);
  await completeActiveCounts(pool(), project.id, LATER + DAY - 1);
  expect(await rows()).toHaveLength(2);
  await completeActiveCounts(pool(), project.id, LATER + DAY);
  expect(await rows()).toEqual([{ people: 1 }]);
});

test("the progress says how many people are counted while others wait", async () => {
  const project = await makeModelProject(writerPool());
  const people = Array.from({ length: 9 }, (_, i) => event("opened", T0, { user: `u${i}` }));
  await sendOperations(writerPool(), project, people);
  const progress = () => activeCountsProgress(pool(), project.id);
  expect(await progress()).toEqual({ done: 0, total: 0 });
  await followTheEngine(project);
  for (const done of [4, 8, 9]) {
    await countSome(project.id, 4);
    expect(await progress()).toEqual({ done, total: 9 });
  }
});
