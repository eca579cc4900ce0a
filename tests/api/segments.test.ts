import { beforeAll, expect, test } from "vitest";
import { failureSchema, profilePageSchema } from "@/lib/api/schemas";
import { segmentListSchema } from "@/lib/api/segment-schemas";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope } from "@/lib/scope";
import { decodeRule } from "@/lib/segments/decode-rule";
import { createSegment } from "@/lib/segments/segments.store";
import { makeProject, type TestProject } from "../ingest/support";
import { type Answer, ask, track } from "./support";

let project: TestProject;
let other: TestProject;
let segment: string;
const PRO = "and(prop(plan,text,oneOf,pro))";

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  const identify = (profileId: string, plan: string, seats: number) => ({
    type: "identify",
    payload: { profileId, properties: { plan, seats } },
    anonymousId: newId(),
  });
  await track(project, { batch: [identify("ada", "pro", 3), identify("bob", "free", 1), identify("eve", "pro", 2)] });
  await track(project, { type: "track", payload: { name: "export", profileId: "ada" } });
  await refreshAllFacts(pool(), project.id);
  const scope = grantScope(project.id, "system:test");
  segment = await createSegment(scope, { name: "Pros", rule: decodeRule(PRO) });
});

const refs = ({ status, body }: Answer) => {
  expect(status, JSON.stringify(body)).toBe(200);
  return profilePageSchema.parse(body).data.map(({ ref }) => ref);
};
const query = (params: Record<string, string>) => `/profiles?${new URLSearchParams(params)}`;

test("the list takes a rule, a tab and an order", async () => {
  expect(refs(await ask(query({ filter: PRO, sort: "p:seats" }), project.read))).toEqual(["u:eve", "u:ada"]);
  expect(refs(await ask(query({ filter: PRO, sort: "-p:seats" }), project.read))).toEqual(["u:ada", "u:eve"]);
  expect(refs(await ask(query({ filter: "and(did(export,exactly,0,last(14)))", sort: "name" }), project.read))).toEqual(
    ["u:bob", "u:eve"],
  );
  expect(refs(await ask(query({ tab: "quiet" }), project.read))).toEqual([]);
  expect(refs(await ask(query({ tab: "identified", sort: "-events", limit: "1" }), project.read))).toEqual(["u:ada"]);
});

test("segments are listed with their rule, and their members page by page", async () => {
  const { status, body } = await ask("/segments", project.read);
  expect(status).toBe(200);
  expect(segmentListSchema.parse(body).data).toMatchObject([
    { id: segment, name: "Pros", kind: "rule", filter: PRO, people: null },
  ]);
  const first = await ask(`/segments/${segment}/profiles?sort=name&limit=1`, project.read);
  expect(refs(first)).toEqual(["u:ada"]);
  const { next } = profilePageSchema.parse(first.body);
  expect(refs(await ask(`/segments/${segment}/profiles?sort=name&limit=1&cursor=${next}`, project.read))).toEqual([
    "u:eve",
  ]);
  const narrower = new URLSearchParams({ filter: "and(did(export,atLeast,1,ever))" });
  expect(refs(await ask(`/segments/${segment}/profiles?${narrower}`, project.read))).toEqual(["u:ada"]);
});

const faultOf = ({ status, body }: Answer) => {
  const { code, field } = failureSchema.parse(body).error;
  return [status, code, field];
};

test.each([
  [query({ filter: "nonsense" }), 400, "bad_request", "filter"],
  [query({ filter: `and(${"x".repeat(9_000)})` }), 400, "bad_request", "filter"],
  [query({ sort: "shoe" }), 400, "bad_request", "sort"],
  [query({ tab: "nobody" }), 400, "bad_request", "tab"],
  [query({ window: "8" }), 400, "bad_request", "window"],
  [query({ filter: `and(segment(in,${newId()}))` }), 422, "unprocessable", "filter"],
  [`/segments/${newId()}/profiles`, 404, "not_found", "id"],
  ["/segments/x/profiles", 404, "not_found", "id"],
])("%s → %s", async (path, ...fault) => expect(faultOf(await ask(path, project.read))).toEqual(fault));

test("401 and 403 as everywhere; a stranger's segments are not there", async () => {
  for (const path of ["/segments", `/segments/${segment}/profiles`]) {
    expect(faultOf(await ask(path))).toEqual([401, "unauthorized", undefined]);
    expect(faultOf(await ask(path, project.write))).toEqual([403, "forbidden", undefined]);
  }
  expect(await ask("/segments", other.read)).toEqual({ status: 200, body: { data: [] } });
  expect(faultOf(await ask(`/segments/${segment}/profiles`, other.read))).toEqual([404, "not_found", "id"]);
});
