import { beforeAll, expect, test } from "vitest";
import { listAccounts } from "@/lib/accounts/list/list.queries";
import { presentAccountRisk } from "@/lib/api/present-risk";
import { riskSchema } from "@/lib/api/risk-schemas";
import { pool } from "@/lib/db/pool";
import { exportAccountRisk } from "@/lib/export/risk";
import { eraseAccount } from "@/lib/ingest/corrections/accounts";
import { completeRisk } from "@/lib/jobs/risk";
import { erasePerson } from "@/lib/privacy/erase";
import { accountsAtRisk, countAccountsAtRisk, riskOfAccount } from "@/lib/risk/account-risk.queries";
import { assess, basisOf } from "@/lib/risk/alarm";
import { storedModel } from "@/lib/risk/model.store";
import { outcomesOf } from "@/lib/risk/outcomes.queries";
import { riskState } from "@/lib/risk/risk.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { type InventedAccount, inventAccounts } from "@/scripts/risk/populations";
import { applyOperations, makeEvent as operationAt, START as TESTS_START } from "../accounts/support";
import { makeModelProject } from "../identity/run";
import { daysBy, idOf, NOW, accountsProject as projectOf, TODAY } from "./accounts-project";

const DAY_MS = 86_400_000;
const ACCOUNTS = 300;
const minuteOf = (ms: number) => (ms - TESTS_START) / 60_000;

const invented = inventAccounts(41, ACCOUNTS);
let scope: Scope;

beforeAll(async () => {
  scope = await projectOf(invented, () => 0);
  await completeRisk(pool(), scope.projectId, NOW);
}, 120_000);

test("every account has a row that matches the model's result for its days", async () => {
  const model = (await storedModel(pool(), scope.projectId))?.accounts?.model;
  if (!model) throw new Error("no model");
  const { rows } = await pool().query<{ id: string; standing: string; probability: number }>(
    "SELECT account_id AS id, standing, probability FROM account_risk WHERE project_id = $1",
    [scope.projectId],
  );
  expect(rows).toHaveLength(invented.filter((one) => daysBy(one).length > 0).length);
  for (const { id, standing, probability } of rows) {
    const expected = assess(basisOf(model), daysBy(invented[Number(id.slice(1)) - 1] as InventedAccount), TODAY - 1);
    expect(standing).toBe(expected.standing);
    expect(Math.abs(probability - (expected.probability as number))).toBeLessThan(1e-5);
  }
  expect(new Set(rows.map(({ standing }) => standing))).toEqual(new Set(["here", "quiet", "gone", "new"]));
});

test("accounts at risk are listed, highest expected loss first, page by page, as a file, by the API and as a column", async () => {
  const all = await accountsAtRisk(scope, 100);
  expect(all.length).toBeGreaterThan(4);
  expect(await countAccountsAtRisk(scope)).toBe(all.length);
  const ranks = all.map(({ probability, value }) => (1 - (probability as number)) * value);
  for (let i = 1; i < ranks.length; i++) expect(ranks[i]).toBeLessThanOrEqual((ranks[i - 1] as number) + 1e-3);
  const second = await accountsAtRisk(scope, 3, all[2]?.cursor);
  expect(second.map(({ id }) => id)).toEqual(all.slice(3, 6).map(({ id }) => id));
  const text = await exportAccountRisk(scope, ["id", "why"]).text();
  const ids = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(",")[0]);
  expect(ids).toEqual(all.map(({ id }) => id));
  const listed = await listAccounts(scope, { tab: "all", sort: { by: "risk", order: "desc" }, limit: 1_000 });
  const risks = listed.rows.map((row) => row.risk);
  expect(risks.every((one) => one !== null)).toBe(true);
  expect([...risks].sort((a, b) => (b as number) - (a as number))).toEqual(risks);
  const answer = riskSchema.parse(presentAccountRisk(await riskState(scope, "accounts"), all, []));
  expect(answer).toMatchObject({ horizonDays: 14, hasModel: true, valueIs: "activeDays" });
  expect(answer.data.map(({ ref }) => ref)).toEqual(ids);
});

test("alarms are right more often than not, compared with the planted truth", async () => {
  const all = await accountsAtRisk(scope, 1_000);
  const left = all.filter(({ id }) => (invented[Number(id.slice(1)) - 1] as InventedAccount).leftOn <= TODAY);
  expect(left.length / all.length).toBeGreaterThan(0.5);
});

test("the reason's lost seats match the people's days", async () => {
  const day = TODAY - 1;
  let explained = 0;
  for (const { id, why } of await accountsAtRisk(scope, 1_000)) {
    const { people } = invented[Number(id.slice(1)) - 1] as InventedAccount;
    const had = people.filter(({ days }) => days.some((one) => one > day - 42 && one <= day - 14));
    const lost = had.filter(({ days }) => !days.some((one) => one > day - 14 && one <= day));
    const words = /(\d+) of (\d+) people who were active/.exec(why);
    if (had.length > 1 && lost.length > 0) expect(words?.slice(1).map(Number), id).toEqual([lost.length, had.length]);
    else expect(words, id).toBeNull();
    explained += words ? 1 : 0;
  }
  expect(explained).toBeGreaterThan(0);
});

test("every number of the track record has a list of those it counts", async () => {
  for (const subject of ["accounts", "people"] as const) {
    const tracks = (await riskState(scope, subject))?.tracks ?? [];
    expect(tracks.map(({ ago }) => ago)).toEqual([30, 60, 90]);
    for (const track of tracks) {
      const ago = track.ago as 30 | 60 | 90;
      const of = async (shown: "all" | "away" | "flagged" | "flaggedAway" | "missed") =>
        (await outcomesOf(scope, { subject, ago, shown }, { from: 0, limit: 20_000 })).length;
      expect(await of("all")).toBe(track.people);
      expect(await of("away")).toBe(track.away);
      expect(await of("flagged")).toBe(track.named);
      expect(await of("flaggedAway")).toBe(track.namedAway);
      expect(await of("missed")).toBe(track.away - track.namedAway);
    }
  }
});

test("if accounts bring revenue, that is their value", async () => {
  const paying = await projectOf(invented, (i) => (i % 3 === 0 ? 0 : 100 * (1 + ((i * 7919) % 1_000))));
  await completeRisk(pool(), paying.projectId, NOW);
  expect((await riskState(paying, "accounts"))?.byRevenue).toBe(true);
  const all = await accountsAtRisk(paying, 1_000);
  const worth = all.map(({ probability, value }) => (1 - (probability as number)) * value);
  for (let i = 1; i < worth.length; i++) expect(worth[i]).toBeLessThanOrEqual((worth[i - 1] as number) + 1);
  expect(all.some(({ value }) => value > 1_000)).toBe(true);
});

test("an account that came back or was erased is no longer at risk, and an erased person is no champion", async () => {
  const [first, second] = await accountsAtRisk(scope, 2);
  if (!first || !second) throw new Error("nobody at risk");
  await pool().query("UPDATE account_facts SET last_seen = $3 WHERE project_id = $1 AND account_id = $2", [
    scope.projectId,
    first.id,
    new Date(NOW),
  ]);
  expect(await riskOfAccount(scope, first.id)).toBeNull();
  expect((await accountsAtRisk(scope, 1_000)).map(({ id }) => id)).not.toContain(first.id);
  const project = await makeModelProject(pool());
  const own = grantScope(project.id, "member:test");
  await applyOperations(project, operationAt(minuteOf(NOW), { user: "ada", groups: ["acme"] }));
  await pool().query(
    `INSERT INTO account_risk (project_id, account_id, standing, reason, champion, value, rank, last_day, computed_on)
     SELECT $1, 'acme', 'quiet', '{}', p.id, 1, 1, current_date, current_date FROM profiles p WHERE p.project_id = $1`,
    [project.id],
  );
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: NOW };
  await erasePerson(pool(), project, { kind: "u", extId: "ada" }, options);
  const { rows } = await pool().query("SELECT champion FROM account_risk WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ champion: null }]);
  await eraseAccount(own, "acme", NOW);
  expect((await pool().query("SELECT FROM account_risk WHERE project_id = $1", [project.id])).rowCount).toBe(0);
});

test("a lull of the accounts alone is recognised: list and track record leave out the same", async () => {
  const paused = inventAccounts(43, 80).map((one) => ({
    ...one,
    people: one.people.map(({ days, ...who }) => ({ ...who, days: days.filter((day) => day < TODAY - 7) })),
    days: one.days.filter((day) => day < TODAY - 7),
  }));
  const { projectId } = await projectOf(paused, () => 0);
  // Most people belong to no account, and come every day.
  await pool().query(
    `WITH p AS (INSERT INTO profile_facts (project_id, person, first_seen, last_seen, event_count, sessions, active_days,
             days_7, days_30, days_90, events_7, events_30, events_90, handle, computed_on, version)
           SELECT $1, 100000 + n, $2::date - 40, $2::date - 1, 1, 1, 40, 0, 0, 0, 0, 0, 0, 'x' || n, current_date, 99
             FROM generate_series(1, 500) n RETURNING person)
     INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
     SELECT $1, person, $2::date - ago, 1, $2::date - ago, $2::date - ago FROM p CROSS JOIN generate_series(1, 40) ago`,
    [projectId, new Date(TODAY * DAY_MS).toISOString().slice(0, 10)],
  );
  const own = grantScope(projectId, "member:test");
  await completeRisk(pool(), projectId, NOW);
  expect((await riskState(own))?.lull).toBeNull();
  const lull = (await riskState(own, "accounts"))?.lull ?? undefined;
  expect(lull?.share).toBeLessThan(0.1);
  const model = (await storedModel(pool(), projectId))?.accounts?.model;
  if (!model) throw new Error("no model");
  const quiet = (known: Parameters<typeof assess>[0]) =>
    paused
      .filter((one) => daysBy(one).length > 0)
      .filter((one) => assess(known, daysBy(one), TODAY - 1).standing === "quiet")
      .map(({ person }) => idOf(person))
      .sort();
  const listed = (await accountsAtRisk(own, 1_000)).map(({ id }) => id).sort();
  expect(listed).toEqual(quiet({ ...basisOf(model), lull }));
  expect(quiet(basisOf(model)).length).toBeGreaterThan(listed.length + 5);
}, 60_000);
