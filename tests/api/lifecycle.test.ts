import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/lifecycle/route";
import { lifecycleSchema } from "@/lib/api/lifecycle-schemas";
import { failureSchema } from "@/lib/api/schemas";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { asServer, makeProject, type TestProject } from "../ingest/support";
import { track } from "./support";

const DAY_MS = 86_400_000;
let project: TestProject;
let other: TestProject;

const ask = async (query: string, keys?: ClientKeys) => {
  const headers = keys ? asServer(keys) : {};
  const response = await GET(new Request(`http://127.0.0.1:3000/api/v1/insights/lifecycle${query}`, { headers }));
  return { status: response.status, body: await response.json() };
};

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  const seen = (profileId: string, days: number, groups: string[] = []) => ({
    type: "track",
    payload: { name: "export", profileId, groups },
    timestamp: new Date(Date.now() - days * DAY_MS).toISOString(),
  });
  await track(project, { batch: [seen("ada", 0, ["acme"]), seen("bob", 60), seen("bob", 61)] });
  await refreshAllFacts(pool(), project.id);
});

test("weeks with states, moves and net", async () => {
  const { status, body } = await ask("", project.read);
  expect(status).toBe(200);
  const { data, settled } = lifecycleSchema.parse(body);
  expect(settled).toBe(true);
  expect(data).toHaveLength(13);
  expect(data.at(-1)).toMatchObject({
    statesOn: new Date().toISOString().slice(0, 10),
    states: { new: 1, active: 0, slipping: 0, dormant: 1, resurrected: 0 },
    moves: [{ from: null, to: "new", people: 1 }],
    net: 1,
  });
});

test("accounts are counted like people", async () => {
  const { data } = lifecycleSchema.parse((await ask("?who=accounts", project.read)).body);
  expect(data.at(-1)?.states).toEqual({ new: 1, active: 0, slipping: 0, dormant: 0, resurrected: 0 });
});

test("another project sees nothing", async () => {
  const { data } = lifecycleSchema.parse((await ask("", other.read)).body);
  expect(data.every(({ states, moves }) => Object.values(states).every((n) => n === 0) && moves.length === 0)).toBe(
    true,
  );
});

test("a future period is empty, a past one has its weeks", async () => {
  const days = (query: string) => ask(query, project.read).then(({ body }) => lifecycleSchema.parse(body).data);
  expect(await days("?from=2998-01-01&to=2998-02-01")).toEqual([]);
  expect((await days("?from=2020-01-06&to=2020-01-13")).map(({ week }) => week)).toEqual(["2020-01-06", "2020-01-13"]);
});

test.each([
  ["?from=yesterday", "from"],
  ["?to=2026-02-30", "to"],
  ["?from=0001-01-01", "from"],
  ["?from=2026-02-01&to=2026-01-01", "from"],
  ["?from=2020-01-01&to=2026-01-01", "from"],
  ["?who=nobody", "who"],
])("%s → 400 naming %s", async (query, field) => {
  const { status, body } = await ask(query, project.read);
  expect([status, failureSchema.parse(body).error.field]).toEqual([400, field]);
});

test("401 without a key, 403 with one that only writes", async () => {
  expect((await ask("")).status).toBe(401);
  expect((await ask("", project.write)).status).toBe(403);
});
