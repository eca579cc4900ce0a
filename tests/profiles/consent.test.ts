import { beforeAll, expect, test } from "vitest";
import { presentProfile } from "@/lib/api/present";
import { pool } from "@/lib/db/pool";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { eraseByRef } from "@/lib/privacy/erase";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { grantScope, type Scope } from "@/lib/scope";
import { encodeRule } from "@/lib/segments/encode-rule";
import { listOptions } from "@/lib/segments/list-options";
import type { Condition, Rule } from "@/lib/segments/rule";
import { ruleInWords } from "@/lib/segments/rule-text";
import { consentsOf } from "@/lib/timeline/consents.queries";
import { asBrowser, asServer, makeProject, send, serveIngest, type TestProject } from "@/tests/ingest/support";
import { parseCsv } from "../support/csv";

const server = serveIngest();
const START = Date.now() - 3_600_000;
let project: TestProject;
let scope: Scope<"manage">;
beforeAll(async () => {
  project = await makeProject();
  scope = grantScope(project.id, "system:test");
});

/** Minutes after the start, so that each message has its place in time whatever order it arrives in. */
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
const decision = (minute: number, properties: object, who: { user?: string; device?: string }) => ({
  type: "track",
  timestamp: at(minute),
  anonymousId: who.device,
  payload: { name: "consent", profileId: who.user, properties },
});
const identify = (minute: number, user: string, device: string) => ({
  type: "identify",
  timestamp: at(minute),
  anonymousId: device,
  payload: { profileId: user },
});
async function record(...batch: object[]) {
  const { body } = await send(`${server.url()}/track`, { sentAt: new Date(), batch }, asBrowser(project.write));
  expect(body).toMatchObject({ rejected: [] });
  await refreshAllFacts(pool(), project.id);
}
const everybody = async (filter?: Condition) => {
  const rule: Rule | undefined = filter && { kind: "and", of: [filter] };
  const options = await listOptions(scope, rule ? { filter: encodeRule(rule) } : {});
  return (await listProfiles(scope, { ...options, limit: 100 })).rows;
};
const consentOfPerson = async (ref: string) => {
  const { facts } = (await everybody()).find((row) => row.ref === ref) ?? {};
  return facts && [facts.consent, facts.consentVersion, facts.consentAt && new Date(facts.consentAt).toISOString()];
};
const refs = async (filter: Condition) => (await everybody(filter)).map(({ ref }) => ref).sort();

test("the latest decision counts, whatever order they arrive in", async () => {
  await record(
    decision(20, { granted: true, version: "v2", purposes: ["analytics"] }, { user: "late" }),
    decision(10, { granted: false, version: "v1" }, { user: "late" }),
    decision(30, { granted: "yes" }, { user: "late" }),
  );
  expect(await consentOfPerson("u:late")).toEqual(["given", "v2", at(20)]);
});

test("a visitor's decision follows them to the user who logs in; a later one without the user still counts", async () => {
  await record(decision(1, { granted: true, version: 7 }, { device: "d-1" }));
  expect(await consentOfPerson("a:d-1")).toEqual(["given", "7", at(1)]);
  await record(identify(2, "claimer", "d-1"), decision(3, { granted: true }, { user: "claimer", device: "d-1" }));
  expect(await consentOfPerson("u:claimer")).toEqual(["given", null, at(3)]);
  await record(decision(4, { granted: false, version: 8 }, { device: "d-1" }));
  expect(await consentOfPerson("u:claimer")).toEqual(["withdrawn", "8", at(4)]);
  expect((await consentsOf(scope, "u:claimer")).map(({ granted, version }) => [granted, version])).toEqual([
    [false, "8"],
    [true, null],
    [true, "7"],
  ]);
});

test("two ids that are merged have the later decision of the two; separated, each its own again", async () => {
  await record(
    decision(5, { granted: true, version: "a" }, { user: "one" }),
    decision(6, { granted: false, version: "b" }, { user: "two" }),
  );
  const correct = async (type: string) => {
    const { status } = await send(
      `${server.url()}/track`,
      { type, payload: { profileId: "one", alias: "two" } },
      asServer(project.write),
    );
    expect(status).toBe(200);
    await refreshAllFacts(pool(), project.id);
  };
  await correct("alias");
  expect(await consentOfPerson("u:one")).toEqual(["withdrawn", "b", at(6)]);
  await correct("unalias");
  expect(await consentOfPerson("u:one")).toEqual(["given", "a", at(5)]);
  expect(await consentOfPerson("u:two")).toEqual(["withdrawn", "b", at(6)]);
});

test("lists filter by decisions, say so in words, and export them", async () => {
  await record({ type: "track", timestamp: at(7), payload: { name: "x", profileId: "silent" } });
  const is = (value: string): Condition => ({ kind: "fact", field: "consent", is: "oneOf", values: [value] });
  expect(await refs(is("given"))).toEqual(["u:late", "u:one"]);
  expect(await refs(is("withdrawn"))).toEqual(["u:claimer", "u:two"]);
  expect(await refs({ kind: "fact", field: "consent", is: "notSet" })).toEqual(["u:silent"]);
  expect(await refs({ kind: "fact", field: "consentVersion", is: "oneOf", values: ["v2"] })).toEqual(["u:late"]);
  expect(ruleInWords({ kind: "and", of: [is("withdrawn")] })).toBe("people who have consent withdrawn");
  expect(await refs({ kind: "time", field: "consentAt", is: "inLast", days: 1 })).toHaveLength(4);
  const options = await listOptions(scope, { filter: encodeRule({ kind: "and", of: [is("given")] }) });
  const { rows } = await listProfiles(scope, { ...options, limit: 10 });
  expect(rows.map((row) => [row.ref, presentProfile(row).consent]).sort()).toEqual([
    ["u:late", { decision: "given", version: "v2", decidedAt: at(20) }],
    ["u:one", { decision: "given", version: "a", decidedAt: at(5) }],
  ]);
  const file = parseCsv(await (await exportCsv(scope, options, exportColumns("ref,consent,consentVersion"))).text());
  expect(file.slice(1).sort()).toEqual([
    ["u:late", "given", "v2"],
    ["u:one", "given", "a"],
  ]);
});

test("PostHog's and Mixpanel's opt-in and Segment's preferences are decisions", async () => {
  const { clientId } = project.write;
  const time = at(8);
  await send(`${server.url()}/e/`, {
    api_key: clientId,
    event: "$opt_in",
    timestamp: time,
    properties: { distinct_id: "ph", $is_identified: true, $user_id: "ph" },
  });
  await send(`${server.url()}/track/`, [
    { event: "$opt_in", properties: { token: clientId, $user_id: "mp", distinct_id: "mp", time: Date.parse(time) } },
  ]);
  const segment = (userId: string, categoryPreferences: object) =>
    send(`${server.url()}/v1/t`, {
      writeKey: clientId,
      type: "track",
      event: "Segment Consent Preference Updated",
      userId,
      timestamp: time,
      context: { consent: { categoryPreferences } },
    });
  await segment("seg-yes", { Advertising: false, Analytics: true });
  await segment("seg-no", { Advertising: false, Analytics: false });
  await segment("seg-none", {});
  await refreshAllFacts(pool(), project.id);
  const decided = await Promise.all(
    ["ph", "mp", "seg-yes", "seg-no", "seg-none"].map((user) => consentOfPerson(`u:${user}`)),
  );
  expect(decided.map((found) => found?.[0])).toEqual(["given", "given", "given", "withdrawn", null]);
  expect((await consentsOf(scope, "u:seg-yes")).map(({ purposes }) => purposes)).toEqual([["Analytics"]]);
});

test("a withdrawal is recorded from a browser that objects to tracking; a consent is not", async () => {
  const tell = (granted: boolean) =>
    send(`${server.url()}/track`, decision(granted ? 12 : 11, { granted }, { user: "objector" }), {
      ...asBrowser(project.write),
      "sec-gpc": "1",
    });
  expect([(await tell(false)).status, (await tell(true)).status]).toEqual([200, 202]);
  await refreshAllFacts(pool(), project.id);
  expect(await consentOfPerson("u:objector")).toEqual(["withdrawn", null, at(11)]);
});

test("a decision is erased with the person", async () => {
  await eraseByRef(scope, await requireProjectSettings(scope), "u:late", {
    suppress: false,
    dryRun: false,
    now: Date.now(),
  });
  await refreshAllFacts(pool(), project.id);
  expect(await consentOfPerson("u:late")).toBeUndefined();
  const { rows } = await pool().query(
    "SELECT 1 FROM events WHERE project_id = $1 AND name = 'consent' AND properties ->> 'version' = 'v2'",
    [project.id],
  );
  expect(rows).toEqual([]);
});

test("no number of malformed events hides a decision, whichever device sent it or when it is read", async () => {
  const malformed = (from: number) =>
    Array.from({ length: 12 }, (_, n) =>
      decision(from + n / 10, { granted: n % 2 ? "yes" : null }, { user: "spammed" }),
    );
  const [, , ...rest] = malformed(20);
  await record(
    identify(9, "spammed", "d-spam"),
    decision(10, { granted: false, version: "v1" }, { user: "spammed" }),
    decision(11, { granted: true, version: "v2" }, { device: "d-spam" }),
    ...rest,
  );
  expect(await consentOfPerson("u:spammed")).toEqual(["given", "v2", at(11)]);
  await record(decision(12, { granted: false, version: "v3" }, { user: "spammed" }), ...malformed(30));
  expect(await consentOfPerson("u:spammed"), "a late one").toEqual(["withdrawn", "v3", at(12)]);
  await record(decision(40, { granted: true, version: "v4" }, { user: "spammed" }));
  expect(await consentOfPerson("u:spammed")).toEqual(["given", "v4", at(40)]);
});
