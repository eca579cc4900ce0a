import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/compare/route";
import { comparisonSchema } from "@/lib/api/insight-schemas";
import { failureSchema } from "@/lib/api/schemas";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope } from "@/lib/scope";
import { decodeRule } from "@/lib/segments/decode-rule";
import { createSegment } from "@/lib/segments/segments.store";
import { asServer, makeProject, type TestProject } from "../ingest/support";
import { track } from "./support";

const EACH = 25;
const DAY_MS = 86_400_000;
let project: TestProject;
let other: TestProject;
let segment: string;

/** Everybody exports on their first day; only on plan pro they invite too. First seen two days ago. */
beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  const at = new Date(Date.now() - 2 * DAY_MS).toISOString();
  const event = (name: string, profileId: string) => ({ type: "track", payload: { name, profileId, timestamp: at } });
  const batch = Array.from({ length: 2 * EACH }, (_, i) => {
    const [profileId, plan] = [`u${i}`, i < EACH ? "pro" : "free"];
    const events = i < EACH ? [event("export", profileId), event("invite", profileId)] : [event("export", profileId)];
    return [{ type: "identify", payload: { profileId, properties: { plan } } }, ...events];
  }).flat();
  await track(project, { batch });
  await refreshAllFacts(pool(), project.id);
  const scope = grantScope(project.id, "system:test");
  segment = await createSegment(scope, { name: "Pros", rule: decodeRule("and(prop(plan,text,oneOf,pro))") });
});

async function ask(params: Record<string, string>, keys?: TestProject["read"]) {
  const url = `http://127.0.0.1:3000/api/v1/insights/compare?${new URLSearchParams(params)}`;
  const response = await GET(new Request(url, { headers: keys ? asServer(keys) : {} }));
  return { status: response.status, body: await response.json() };
}

const faultOf = ({ status, body }: { status: number; body: unknown }) => {
  const { code, field } = failureSchema.parse(body).error;
  return [status, code, field];
};

test("answers both groups and every row as the document describes", async () => {
  const { status, body } = await ask({ pair: "segment", a: segment, of: "firstSeen", days: "1" }, project.read);
  expect(status).toBe(200);
  const found = comparisonSchema.parse(body);
  expect(found).toMatchObject({ estimate: false, a: { people: EACH, exact: true }, b: { people: EACH } });
  const invite = found.rows.find(({ kind, key }) => kind === "event" && key === "invite");
  expect(invite).toMatchObject({ clear: true, difference: 1, a: { had: EACH, share: 1 }, b: { had: 0, share: 0 } });
  expect(decodeRule(invite?.a.filter ?? "")).not.toBeNull();
  expect(found.rows.map(({ key }) => key)).not.toContain("export"); // everybody did
});

test.each([
  [{}, "pair"],
  [{ pair: "friends" }, "pair"],
  [{ pair: "segment" }, "a"],
  [{ pair: "segment", a: "x" }, "a"],
  [{ pair: "segment", a: newId() }, "a"],
  [{ pair: "converted" }, "event"],
  [{ pair: "converted", event: "x".repeat(256) }, "event"],
  [{ pair: "converted", event: "a\u0000" }, "event"],
  [{ pair: "retained", of: "birth" }, "of"],
  [{ pair: "signedUp", of: "signedUp" }, "of"],
  [{ pair: "retained", days: "90" }, "days"],
  [{ pair: "retained", date: "2026-01-01", days: "1" }, "days"],
  [{ pair: "retained", date: "yesterday" }, "date"],
  [{ pair: "retained", date: "0001-01-01" }, "date"],
  [{ pair: "retained", date: "2999-01-01" }, "date"],
])("400 names the parameter: %j", async (params: Record<string, string>, field) => {
  expect(faultOf(await ask(params, project.read))).toEqual([400, "bad_request", field]);
});

test("401 and 403 as everywhere; a stranger's segment is not there, and a stranger's people are not counted", async () => {
  expect(faultOf(await ask({ pair: "power" }))).toEqual([401, "unauthorized", undefined]);
  expect(faultOf(await ask({ pair: "power" }, project.write))).toEqual([403, "forbidden", undefined]);
  expect(faultOf(await ask({ pair: "segment", a: segment }, other.read))).toEqual([400, "bad_request", "a"]);
  const { body } = await ask({ pair: "power" }, other.read);
  expect(comparisonSchema.parse(body)).toMatchObject({ a: { people: 0 }, b: { people: 0 }, rows: [] });
});
