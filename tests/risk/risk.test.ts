import { beforeAll, expect, test } from "vitest";
import { pool, transaction } from "@/lib/db/pool";
import { exportRisk } from "@/lib/export/risk";
import { RunAgain } from "@/lib/jobs/loop";
import { completeRisk, createRiskJob } from "@/lib/jobs/risk";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { assess, basisOf } from "@/lib/risk/alarm";
import { eraseRisk } from "@/lib/risk/erase.store";
import { storedModel } from "@/lib/risk/model.store";
import { atRisk, riskState } from "@/lib/risk/risk.queries";
import { verdictOf } from "@/lib/risk/track";
import type { Scope } from "@/lib/scope";
import { type Invented, POPULATIONS } from "@/scripts/risk/populations";
import { NOW, projectOf, TODAY } from "./project";

const PEOPLE = 500;

const people = POPULATIONS["all of these, half fading"](31, PEOPLE);
const daysOf = (person: number) => (people[person - 1] as Invented).days.filter((day) => day < TODAY);
let scope: Scope;

beforeAll(async () => {
  scope = await projectOf(people);
  await completeRisk(pool(), scope.projectId, NOW);
}, 90_000);

test("every identified person has a row that matches the model's result for their days", async () => {
  const model = (await storedModel(pool(), scope.projectId))?.people.model;
  if (!model) throw new Error("no model");
  const { rows } = await pool().query<{ person: number; standing: string; probability: number }>(
    `SELECT person, standing, probability FROM person_risk WHERE project_id = $1 ORDER BY person`,
    [scope.projectId],
  );
  expect(rows).toHaveLength(people.filter(({ person }) => daysOf(person).length > 0).length);
  for (const row of rows) {
    const { standing, probability } = assess(basisOf(model), daysOf(Number(row.person)), TODAY - 1);
    expect(row.standing).toBe(standing);
    expect(Math.abs(row.probability - (probability as number))).toBeLessThan(1e-5);
  }
  expect(new Set(rows.map(({ standing }) => standing))).toEqual(new Set(["here", "quiet", "gone", "new"]));
});

test("the tab shows that list, highest expected loss first, page by page and as a file", async () => {
  const listed: string[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await listProfiles(scope, { tab: "quiet", limit: 4, ...(cursor ? { cursor } : {}) });
    listed.push(...page.rows.map(({ ref }) => ref));
    for (const { facts } of page.rows) expect(facts?.quiet?.reason.silent).toBeGreaterThan(0);
    cursor = page.next ?? undefined;
    more = cursor !== undefined;
  }
  const found = await atRisk(scope, 100);
  expect(listed.length).toBeGreaterThan(4);
  expect(listed).toEqual(found.map(({ handle }) => `u:${handle}`));
  const ranks = found.map(({ probability, value }) => (1 - (probability as number)) * value);
  for (let i = 1; i < ranks.length; i++) expect(ranks[i]).toBeLessThanOrEqual((ranks[i - 1] as number) + 1e-4);
  expect(await countPeople(scope, { tab: "quiet" })).toEqual({ count: listed.length, exact: true });
  const text = await exportRisk(scope, ["ref", "why"]).text();
  expect(
    text
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(",")[0]),
  ).toEqual(listed);
  expect(text).toContain("stopped exporting");
  const second = await atRisk(scope, 2, found[1]?.cursor);
  expect(second.map(({ handle }) => handle)).toEqual(found.slice(2, 4).map(({ handle }) => handle));
});

test("nobody silent for too long is listed, and nobody who was seen on one day only", async () => {
  for (const { handle } of await atRisk(scope, 100)) {
    const days = daysOf(Number(handle.slice(1)));
    expect(days.length).toBeGreaterThanOrEqual(4);
    expect(TODAY - (days.at(-1) as number)).toBeLessThan(200);
  }
});

test("the track record has, per cut-off, who was flagged, who stayed away, and how days of silence compare", async () => {
  const state = await riskState(scope);
  expect(state).toMatchObject({ horizon: 14, hasModel: true, isChanging: false });
  const tracks = state?.tracks ?? [];
  expect(tracks.map(({ ago }) => ago)).toEqual([30, 60, 90]);
  expect(verdictOf(tracks)).toBe("better");
  const { ago, named, namedAway, away } = tracks[0] as (typeof tracks)[number];
  expect(namedAway).toBeLessThanOrEqual(named);
  expect(namedAway / named).toBeGreaterThan(away / (tracks[0]?.people as number));
  expect(ago).toBe(30);
}, 60_000);

test("if nothing predicts who stays away, the verdict is no better than silence", async () => {
  const random = await projectOf(POPULATIONS["coin tosses"](32, PEOPLE));
  await completeRisk(pool(), random.projectId, NOW);
  const state = await riskState(random);
  expect(state?.tracks.length).toBeGreaterThan(0);
  expect(verdictOf(state?.tracks ?? [])).toBe("no better");
  expect(await atRisk(random, 100)).toEqual([]);
}, 90_000);

test("with too few people the fallback rule applies, without a probability", async () => {
  const few = await projectOf(people.slice(0, 40));
  await completeRisk(pool(), few.projectId, NOW);
  expect(await riskState(few)).toMatchObject({ hasModel: false, tracks: [] });
  for (const { probability, returnsBy } of await atRisk(few, 100))
    expect([probability, returnsBy]).toEqual([null, null]);
});

test("the job gives the same result in slices, one batch at a time, and rests in between", async () => {
  const read = `SELECT person, standing, probability, rank FROM person_risk WHERE project_id = $1 ORDER BY person`;
  const before = (await pool().query(read, [scope.projectId])).rows;
  await pool().query("DELETE FROM person_risk WHERE project_id = $1", [scope.projectId]);
  await pool().query("DELETE FROM risk_models WHERE project_id = $1", [scope.projectId]);
  const runRiskJob = createRiskJob();
  let runs = 0;
  for (; ; runs++) {
    const { inMs } = await runRiskJob(NOW);
    if (inMs >= 60_000) break;
    expect(inMs).toBeGreaterThan(0);
  }
  expect(runs).toBeGreaterThan(3);
  expect((await pool().query(read, [scope.projectId])).rows).toEqual(before);
  expect(await runRiskJob(NOW)).toBeInstanceOf(RunAgain);
}, 90_000);

test("somebody who comes back is no longer quiet, even before the job runs again", async () => {
  const [first] = await atRisk(scope, 1);
  const person = Number(first?.handle.slice(1));
  await pool().query("UPDATE profile_facts SET last_seen = $3 WHERE project_id = $1 AND person = $2", [
    scope.projectId,
    person,
    new Date(NOW),
  ]);
  const refs = (await listProfiles(scope, { tab: "quiet", limit: 100 })).rows.map(({ ref }) => ref);
  expect(refs).not.toContain(`u:${first?.handle}`);
  expect((await atRisk(scope, 1))[0]?.handle).not.toBe(first?.handle);
});

test("erased people and the own team are not scored", async () => {
  const [one, other] = await atRisk(scope, 2);
  const [erased, own] = [one, other].map((found) => Number(found?.handle.slice(1)));
  await transaction(pool(), async (tx) => {
    await lockFacts(tx, scope.projectId);
    await eraseRisk(tx, scope.projectId, [erased as number]);
  });
  await pool().query("UPDATE profile_facts SET is_internal = true WHERE project_id = $1 AND person = $2", [
    scope.projectId,
    own,
  ]);
  await pool().query("DELETE FROM profile_facts WHERE project_id = $1 AND person = $2", [scope.projectId, erased]);
  await completeRisk(pool(), scope.projectId, NOW);
  const { rows } = await pool().query("SELECT person FROM person_risk WHERE project_id = $1", [scope.projectId]);
  expect(rows.map(({ person }) => Number(person))).not.toEqual(expect.arrayContaining([erased]));
  expect(rows.map(({ person }) => Number(person))).not.toEqual(expect.arrayContaining([own]));
}, 60_000);
