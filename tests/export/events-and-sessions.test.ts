import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { exportActive } from "@/lib/export/active";
import { columnNames } from "@/lib/export/columns";
import { exportStream, exportTimeline } from "@/lib/export/events";
import { exportSessionsOf, exportVisits } from "@/lib/export/sessions";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { peopleSetOfFilter } from "@/lib/segments/members.queries";
import type { Condition } from "@/lib/segments/rule";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { listSessions } from "@/lib/sessions/sessions.queries";
import { eventsByName, streamEvents } from "@/lib/timeline/project-events.queries";
import { makeModelProject } from "../identity/run";
import { parseCsv } from "../support/csv";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const NOW = Date.now();
/** Visits of one visitor: more than an export reads at once. */
const VISITS = 620;
const ALL = { after: NOW - 30 * DAY_MS, before: NOW + DAY_MS };

let scope: Scope;
let stranger: Scope;

function operation(changes: Partial<Operation>): Operation {
  return {
    id: newId(),
    ts: NOW - 60 * MINUTE_MS,
    receivedAt: NOW,
    kind: "event",
    name: "screen_view",
    user: null,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: true,
    active: true,
    context: { country: "DE", device: "desktop", referrerName: "Hacker News" },
    revenue: null,
    groups: [],
    properties: {},
    changes: [],
    alias: null,
    warnings: [],
    ...changes,
  };
}

const plan = (user: string, value: string) =>
  operation({
    kind: "identify",
    name: "identify",
    user,
    anon: `device-${user}`,
    changes: [{ mode: "set", key: "plan", value }],
  });

beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "member:test");
  stranger = grantScope((await makeModelProject(pool())).id, "member:stranger");
  await applyBatch(pool(), project, [
    plan("ada", "pro"),
    plan("bob", "free"),
    operation({
      user: "ada",
      anon: "device-ada",
      name: "export",
      properties: { rows: 5, note: "=1+1", deep: { kind: "a,b" } },
    }),
    operation({
      user: "bob",
      anon: "device-bob",
      name: "export",
      properties: { rows: 7 },
      revenue: 1_250,
      ts: NOW - 55 * MINUTE_MS,
    }),
    ...Array.from({ length: VISITS }, (_, i) =>
      operation({ anon: "visitor", ts: NOW - 20 * DAY_MS + i * 40 * MINUTE_MS, context: { device: "mobile" } }),
    ),
  ]);
  await refreshAllFacts(pool(), project.id);
}, 60_000);

const rows = async (response: Response) => parseCsv(await response.text());
const whose = async (condition: Condition) =>
  peopleSetOfFilter(scope, await compileRule(scope, { kind: "and", of: [condition] }), NOW);
const pro: Condition = { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] };

test("the sessions of a list are exported as CSV, all pages, in its order", async () => {
  const [head, ...visits] = await rows(exportVisits(scope, ALL, columnNames("person,startedAt,device,source")));
  expect(head).toEqual(["person", "startedAt", "device", "source"]);
  expect(visits).toHaveLength(VISITS + 2);
  expect(visits.slice(0, 2).map(([person]) => person)).toEqual(["u:bob", "u:ada"]);
  const times = visits.map(([, startedAt = ""]) => Date.parse(startedAt));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const mobile = await rows(exportVisits(scope, { ...ALL, device: "mobile" }, null));
  expect(mobile).toHaveLength(1 + VISITS);
  expect(await rows(exportSessionsOf(scope, "a:visitor", columnNames("seconds,events")))).toHaveLength(1 + VISITS);
});

test("the events of a list are exported as CSV, with properties as columns, and none runs as a formula", async () => {
  const columns = columnNames("time,person,p:rows,p:note,p:deep.kind,revenue");
  const [head, ...events] = await rows(exportStream(scope, { ...ALL, name: "export" }, columns));
  expect(head).toEqual(["time", "person", "rows", "note", "deep.kind", "revenue"]);
  expect(events.map((cells) => cells.slice(1))).toEqual([
    ["u:bob", "7", "", "", "12.5"],
    ["u:ada", "5", "'=1+1", "a,b", ""],
  ]);
  expect(await rows(exportStream(scope, ALL, null))).toHaveLength(1 + VISITS + 2);
  const timeline = { order: "asc" as const, filter: { names: ["export"] } };
  const story = await rows(exportTimeline(scope, "u:ada", timeline, columnNames("event,attribution,properties")));
  expect(story.slice(1)).toEqual([["export", "explicit", '{"deep":{"kind":"a,b"},"note":"=1+1","rows":5}']]);
});

test("sessions and events are filtered by their people, with the rules of the users list", async () => {
  const people = await whose(pro);
  expect(
    (await listVisits(scope, { filter: { ...ALL, people }, limit: 10 })).rows.map((visit) => visit.person.ref),
  ).toEqual(["u:ada"]);
  const events = (await streamEvents(scope, { filter: { ...ALL, people }, limit: 10 })).rows;
  expect(events.map((event) => event.person.ref)).toEqual(["u:ada"]);
  const never = await whose({ kind: "did", event: "export", is: "exactly", n: 0, where: [], window: { days: 7 } });
  const [first, ...others] = await rows(exportVisits(scope, { ...ALL, people: never }, columnNames("person")));
  expect(first).toEqual(["person"]);
  expect(new Set(others.flat())).toEqual(new Set(["a:visitor"]));
});

test("a person's sessions and timeline may start on a day: earlier ones are left out, all others are there", async () => {
  const since = NOW - 10 * DAY_MS;
  const all = (await listSessions(scope, "a:visitor", { limit: 1_000 })).rows;
  const late = (await listSessions(scope, "a:visitor", { limit: 1_000, after: since })).rows;
  expect(late.map(({ id }) => id)).toEqual(all.filter(({ startedAt }) => startedAt >= since).map(({ id }) => id));
  expect(late.length).toBeGreaterThan(0);
  expect(late.length).toBeLessThan(all.length);
  const timeline = { order: "asc" as const, filter: { since } };
  const [, ...story] = await rows(exportTimeline(scope, "a:visitor", timeline, columnNames("time")));
  expect(story).toHaveLength(late.length);
  expect(story.every(([time = ""]) => Date.parse(time) >= since)).toBe(true);
});

test("every event name of a project is listed once, with its last occurrence", async () => {
  const named = await eventsByName(scope);
  expect(named.map(({ name }) => name)).toEqual(["export", "screen_view"]);
  expect(named[0]?.lastAt).toBe(NOW - 55 * MINUTE_MS);
  expect(await eventsByName(stranger)).toEqual([]);
});

test("the people an overview counts are exported as CSV", async () => {
  const window = { from: ALL.after, to: ALL.before };
  const [, ...active] = await rows(exportActive(scope, window, "active", null));
  expect(active.map(([ref]) => ref)).toEqual(["u:bob", "u:ada", "a:visitor"]);
  const chosen = await rows(exportActive(scope, window, "identified", columnNames("name,ref")));
  expect(chosen[0]).toEqual(["name", "ref"]);
  expect(chosen).toHaveLength(3);
});

test("another project's exports only have headers; an unknown column is named", async () => {
  for (const ask of [
    () => exportVisits(stranger, ALL, null),
    () => exportStream(stranger, ALL, null),
    () => exportActive(stranger, { from: ALL.after, to: ALL.before }, "active", null),
  ])
    expect(await rows(ask())).toHaveLength(1);
  expect(() => exportVisits(scope, ALL, ["shoe"])).toThrow(
    expect.objectContaining({ code: "bad_request", field: "columns" }),
  );
  expect(() => exportStream(scope, ALL, ["toString"])).toThrow(expect.objectContaining({ code: "bad_request" }));
});
