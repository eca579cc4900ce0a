import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/risk/route";
import { DELETE } from "@/app/api/v1/profiles/[ref]/route";
import { riskSchema } from "@/lib/api/risk-schemas";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { asServer, makeProject, type TestProject } from "../ingest/support";
import { track } from "./support";

const DAY_MS = 86_400_000;
let project: TestProject;
let other: TestProject;

const ask = async (keys?: ClientKeys, query = "") => {
  const headers = keys ? asServer(keys) : {};
  const response = await GET(new Request(`http://127.0.0.1:3000/api/v1/insights/risk${query}`, { headers }));
  return { status: response.status, body: await response.json() };
};

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  const seen = (profileId: string, days: number) => ({
    type: "track",
    payload: { name: "export", profileId, groups: profileId === "bob" ? ["acme"] : [] },
    timestamp: new Date(Date.now() - days * DAY_MS).toISOString(),
  });
  const daily = (profileId: string, from: number) => Array.from({ length: 20 }, (_, i) => seen(profileId, from + i));
  await track(project, { batch: [...daily("ada", 0), ...daily("bob", 10), ...daily("gone", 65)] });
  await refreshAllFacts(pool(), project.id);
});

test("who is going quiet and why; no claims with too little history", async () => {
  const { status, body } = await ask(project.read);
  expect(status).toBe(200);
  expect(riskSchema.parse(body)).toMatchObject({
    horizonDays: 14,
    hasModel: false,
    verdict: "unknown",
    tracks: [],
    data: [
      {
        ref: "u:bob",
        probability: null,
        returnsBy: null,
        value: 20,
        why: "usually every day, silent for 9 days; stopped exporting",
      },
    ],
  });
});

test("another project sees nothing; a key with read permission is required", async () => {
  expect(riskSchema.parse((await ask(other.read)).body)).toMatchObject({ day: null, data: [] });
  expect((await ask()).status).toBe(401);
  expect((await ask(project.write)).status).toBe(403);
});

test("an erased person is neither listed nor stored", async () => {
  const rows = async () =>
    (await pool().query("SELECT person FROM person_risk WHERE project_id = $1", [project.id])).rows.length;
  expect(await rows()).toBe(3);
  const request = new Request("http://127.0.0.1:3000/api/v1/profiles/u%3Abob", {
    method: "DELETE",
    headers: asServer(project.write),
  });
  expect((await DELETE(request, { params: Promise.resolve({ ref: "u:bob" }) })).status).toBe(200);
  expect(await rows()).toBe(2);
  expect(riskSchema.parse((await ask(project.read)).body).data).toEqual([]);
});

test("accounts have their own parameter, and another project's are inaccessible", async () => {
  const { status, body } = await ask(project.read, "?of=accounts");
  expect(status).toBe(200);
  expect(riskSchema.parse(body)).toMatchObject({ horizonDays: 14, hasModel: false, data: [{ ref: "acme" }] });
  expect((await ask(project.read, "?of=machines")).status).toBe(400);
  expect(riskSchema.parse((await ask(other.read, "?of=accounts")).body).data).toEqual([]);
});
