import { beforeAll, expect, test, vi } from "vitest";
import { standOuts } from "@/lib/comparison/stand-outs";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { daysWithin } from "@/lib/format/range";
import { newId } from "@/lib/ids";
import { applyAlias } from "@/lib/ingest/store/alias";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { countSegments } from "@/lib/jobs/segments";
import { erasePerson } from "@/lib/privacy/erase";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { searchPeople } from "@/lib/profiles/search/search.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { importMembers } from "@/lib/segments/import.store";
import { countMembers, isMember, previewRule, segmentTotal } from "@/lib/segments/members.queries";
import { membersRule } from "@/lib/segments/named-rules";
import type { Rule } from "@/lib/segments/rule";
import { getSegment, listSegments, sizesOn } from "@/lib/segments/segments.queries";
import { createSegment, deleteSegment, recordSize, updateSegment } from "@/lib/segments/segments.store";
import {
  suggestEventProperties,
  suggestEvents,
  suggestEventValues,
  suggestFacts,
  suggestProperties,
  suggestValues,
} from "@/lib/segments/suggest.queries";
import { makeModelProject } from "../identity/run";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();

let project: ProjectSettings;
let scope: Scope<"manage">;
let stranger: Scope<"manage">;

function operation(changes: Partial<Operation>): Operation {
  return {
    id: newId(),
    ts: NOW - HOUR_MS,
    receivedAt: NOW,
    kind: "event",
    name: "screen_view",
    user: null,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: true,
    active: true,
    context: { country: "DE", device: "desktop", browser: "Chrome" },
    revenue: null,
    groups: [],
    properties: {},
    changes: [],
    alias: null,
    warnings: [],
    ...changes,
  };
}

const described = (
  user: string,
  props: Record<string, string | number | boolean | string[]>,
  anon: string | null = null,
) =>
  operation({
    kind: "identify",
    name: "identify",
    user,
    anon,
    changes: Object.entries(props).map(([key, value]) => ({ mode: "set", key, value })),
  });

beforeAll(async () => {
  [project] = [await makeModelProject(pool())];
  scope = grantScope(project.id, "member:test");
  stranger = grantScope((await makeModelProject(pool())).id, "member:stranger");
  const people = Array.from({ length: 40 }, (_, i) =>
    described(`user-${i}`, {
      plan: i < 10 ? "pro" : "free",
      email: `person${i}@example.com`,
      seats: i,
      tags: i % 2 ? ["beta"] : ["beta", "vip"],
      since: "2026-03-12",
    }),
  );
  await applyBatch(pool(), project, [
    ...people,
    described(
      "margaret",
      { name: "Margaret Hamilton", email: "margaret@apollo.example", company: "MIT Lab" },
      "device-margaret",
    ),
    described("grace", { name: "Grace Hopper", email: "grace@navy.example" }),
    operation({ anon: "visitor-1", changes: [{ mode: "set", key: "campaign", value: "moonshot" }] }),
    operation({ user: "user-1", name: "export", properties: { format: "pdf", nested: { pages: 3 } } }),
    operation({ user: "user-2", name: "export", properties: { format: "csv" } }),
  ]);
  await refreshAllFacts(pool(), project.id);
}, 60_000);

const pro: Rule = { kind: "and", of: [{ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] }] };
const exporters: Rule = {
  kind: "and",
  of: [
    {
      kind: "did",
      event: "export",
      where: [{ kind: "property", key: "format", type: "text", is: "oneOf", values: ["pdf"] }],
      is: "atLeast",
      n: 1,
      window: { days: 7 },
    },
  ],
};

test("a segment is created, listed, previewed, changed and deleted; another project sees none of it", async () => {
  const id = await createSegment(scope, { name: "Pros", rule: pro });
  expect(await getSegment(scope, id)).toMatchObject({
    name: "Pros",
    description: "",
    kind: "rule",
    rule: pro,
    createdBy: "member:test",
  });
  expect((await listSegments(scope)).map((one) => one.name)).toContain("Pros");
  expect(await countMembers(scope, id)).toEqual({ count: 10, exact: true });
  const preview = await previewRule(scope, exporters);
  expect([preview.total, preview.rows.map((row) => row.ref)]).toEqual([{ count: 1, exact: true }, ["u:user-1"]]);
  expect(await isMember(scope, id, "u:user-3")).toBe(true);
  expect(await isMember(scope, id, "u:user-30")).toBe(false);
  expect(await isMember(scope, id, "u:nobody")).toBe(false);

  expect(await getSegment(stranger, id)).toBeNull();
  expect(await listSegments(stranger)).toEqual([]);
  await expect(updateSegment(stranger, id, { name: "Mine" })).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteSegment(stranger, id)).rejects.toMatchObject({ code: "not_found" });
  await expect(importMembers(stranger, id, "user-1")).rejects.toMatchObject({ code: "not_found" });
  await expect(countMembers(stranger, id)).rejects.toMatchObject({ code: "unprocessable" });

  const segment = await getSegment(scope, id);
  expect(segment && (await segmentTotal(scope, segment))).toEqual({ count: 10, exact: true });
  // What cannot be counted does not break a list of segments.
  expect(segment && (await segmentTotal(stranger, segment))).toBeNull();
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(segment && (await segmentTotal({ ...scope, projectId: "no id" }, segment))).toBeNull();
  expect(logged.mock.calls.flat().join("\n")).toContain("counting a segment: ");

  await updateSegment(scope, id, { description: "They pay.", rule: exporters });
  expect(await getSegment(scope, id)).toMatchObject({ name: "Pros", description: "They pay.", rule: exporters });
  await expect(createSegment(scope, { name: "Pros", rule: pro })).rejects.toMatchObject({
    code: "conflict",
    field: "name",
  });
  await expect(createSegment(scope, { name: " ", rule: pro })).rejects.toMatchObject({
    code: "unprocessable",
    field: "name",
  });
  await deleteSegment(scope, id);
  expect(await getSegment(scope, id)).toBeNull();
});

test("segments of segments: no cycles, and none can be deleted while another uses it", async () => {
  const inner = await createSegment(scope, { name: "inner", rule: pro });
  const outer = await createSegment(scope, { name: "outer", rule: membersRule(inner) });
  const outermost = await createSegment(scope, {
    name: "outermost",
    rule: { kind: "and", of: [{ kind: "segment", is: "notIn", id: outer }] },
  });
  expect((await countMembers(scope, outer)).count).toBe(10);
  expect((await countMembers(scope, outermost)).count).toBe(33);
  await expect(updateSegment(scope, inner, { rule: membersRule(outermost) })).rejects.toMatchObject({
    code: "unprocessable",
  });
  await expect(updateSegment(scope, inner, { rule: membersRule(inner) })).rejects.toMatchObject({
    code: "unprocessable",
  });
  await expect(deleteSegment(scope, inner)).rejects.toMatchObject({ code: "conflict" });
  await expect(compileRule(scope, membersRule(newId()))).rejects.toMatchObject({
    code: "unprocessable",
    field: "filter",
  });
  for (const id of [outermost, outer, inner]) await deleteSegment(scope, id);
});

test("a list from CSV contains the file's people, by id, e-mail or device, and follows them through a merge", async () => {
  const id = await createSegment(scope, { name: "Invited", rule: null });
  const csv =
    'name;E-mail\r\n"Person; 5";PERSON5@example.com\r\nx;user-6\r\nx;u:user-7\r\nx;a:visitor-1\r\nx;device-margaret\r\nnobody;who@nowhere\r\n';
  expect(await importMembers(scope, id, csv)).toEqual({
    added: 5,
    already: 0,
    unknown: [{ line: 7, value: "who@nowhere" }],
    unknownCount: 1,
  });
  expect(await importMembers(scope, id, "user-6\0\nuser-8")).toMatchObject({ added: 1, already: 1, unknownCount: 0 });
  const members = async () => {
    const { rows } = await listProfiles(scope, { filter: await compileRule(scope, membersRule(id)), limit: 100 });
    return rows.map((row) => row.ref).sort();
  };
  expect(await members()).toEqual(["a:visitor-1", "u:margaret", "u:user-5", "u:user-6", "u:user-7", "u:user-8"]);
  expect(await isMember(scope, id, "a:device-margaret")).toBe(true);
  await applyAlias(
    pool(),
    project,
    operation({ kind: "alias", name: "alias", user: "user-5", alias: "user-35", active: false, ts: NOW }),
  );
  await refreshAllFacts(pool(), project.id);
  expect(await isMember(scope, id, "u:user-35")).toBe(true);
  await applyAlias(
    pool(),
    project,
    operation({ kind: "alias", name: "unalias", user: "user-5", alias: "user-35", active: false, ts: NOW + 1 }),
  );
  await refreshAllFacts(pool(), project.id);
  expect(await isMember(scope, id, "u:user-35")).toBe(false);
  await expect(importMembers(stranger, id, "user-1")).rejects.toMatchObject({ code: "not_found" });
  for (const [given, why] of [
    [" \n", "no ids"],
    ["x\n".repeat(200_001), "200,000 lines"],
    ["x".repeat(20_000_001), "20 MB"],
  ] as const)
    await expect(importMembers(scope, id, given)).rejects.toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining(why),
    });
  await deleteSegment(scope, id);
});

test("an erased person is on no list any more, not even as a bare number; others stay", async () => {
  await applyBatch(pool(), project, [
    described("leaving", { email: "leaving@example.com" }, "device-leaving"),
    operation({ anon: "visitor-leaving" }),
  ]);
  const id = await createSegment(scope, { name: "Leaving", rule: null });
  await importMembers(scope, id, "leaving\ndevice-leaving\nvisitor-leaving\nuser-6");
  const listed = async () => {
    const { rows } = await pool().query(
      "SELECT i.ext_id FROM segment_members m LEFT JOIN identities i ON i.project_id = m.project_id AND i.id = m.identity_id WHERE m.project_id = $1 AND m.segment_id = $2 ORDER BY 1",
      [project.id, id],
    );
    return rows.map((row) => row.ext_id);
  };
  expect(await listed()).toEqual(["device-leaving", "leaving", "user-6", "visitor-leaving"]);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: NOW + 1_000 };
  await erasePerson(pool(), project, { kind: "u", extId: "leaving" }, options);
  await erasePerson(pool(), project, { kind: "a", extId: "visitor-leaving" }, options);
  expect(await listed()).toEqual(["user-6"]);
  await deleteSegment(scope, id);
});

test("days of the growth chart are the reader's, even if midnight is skipped or the zone is off by a quarter of an hour", async () => {
  const id = await createSegment(scope, { name: "Zones", rule: pro });
  const at = (iso: string) => Date.parse(iso);
  // In Santiago the clocks went from 23:59 on 5 September 2026 to 1:00 on the 6th, which is 4:00 UTC.
  await recordSize(scope, id, 1, at("2026-09-06T03:50:00Z"));
  await recordSize(scope, id, 2, at("2026-09-06T04:10:00Z"));
  await recordSize(scope, id, 3, at("2026-09-07T02:59:00Z"));
  await recordSize(scope, id, 4, at("2026-09-07T03:01:00Z"));
  const window = { from: at("2026-09-05T12:00:00Z"), to: at("2026-09-07T12:00:00Z") };
  const sizesIn = async (zone: string) =>
    (await sizesOn(scope, id, daysWithin(window, zone))).map(({ day, people }) => `${day.slice(5)}: ${people}`);
  expect(await sizesIn("America/Santiago")).toEqual(["09-05: 1", "09-06: 3", "09-07: 4"]);
  expect(await sizesIn("UTC")).toEqual(["09-06: 2", "09-07: 4"]);
  expect(await sizesIn("Asia/Kathmandu")).toEqual(["09-06: 2", "09-07: 4"]);
  await deleteSegment(scope, id);
});

test("old sizes are thinned out to the last of each day", async () => {
  const id = await createSegment(scope, { name: "Old", rule: pro });
  const old = NOW - 200 * DAY_MS;
  const noon = old - (old % DAY_MS) + DAY_MS / 2;
  for (const hour of [0, 1, 2]) await recordSize(scope, id, hour, noon + hour * 3_600_000);
  await recordSize(scope, id, 9, NOW);
  const { rows } = await pool().query("SELECT people FROM segment_sizes WHERE segment_id = $1 ORDER BY quarter", [id]);
  expect(rows.map((row) => row.people)).toEqual([2, 9]);
  await deleteSegment(scope, id);
});

test("sizes are stored by day, the day's newest count wins, and stand-outs exclude what the rule tests", async () => {
  const id = await createSegment(scope, { name: "Sized", rule: pro });
  await countSegments(NOW - DAY_MS);
  await countSegments(NOW);
  await applyBatch(pool(), project, [described("user-20", { plan: "pro" })]);
  await refreshAllFacts(pool(), project.id);
  await countSegments(NOW + 1);
  const days = daysWithin({ from: NOW - 2 * DAY_MS, to: NOW + DAY_MS }, "UTC");
  expect((await sizesOn(scope, id, days)).map((day) => day.people)).toEqual([10, 11]);
  expect((await listSegments(scope)).find((one) => one.id === id)?.size).toBe(11);
  // The rule is about the plan, which therefore always stands out and is not listed.
  expect((await standOuts(scope, id)).rows.map(({ key }) => key)).not.toContain("plan");
  expect(await standOuts(stranger, id).catch((error: unknown) => error)).toMatchObject({ code: "bad_request" });
  await deleteSegment(scope, id);
});

test("stand-outs compare members with comparable non-members, on planted shares", async () => {
  const place = await makeModelProject(pool());
  const here = grantScope(place.id, "system:test");
  // 20 members, 15 with the beta, 10 of them founders; 40 other users, 4 with the beta, no founder; and 100 visitors
  // nobody knows, with a theme each.
  const people = Array.from({ length: 60 }, (_, i) =>
    described(`u${i}`, {
      tier: i < 20 ? "gold" : "free",
      beta: i < 15 || (i >= 20 && i < 24),
      odd: i % 2 === 0,
      founder: i < 10,
    }),
  );
  await applyBatch(pool(), place, people);
  const visitors = Array.from({ length: 100 }, (_, i) => ({
    ...described("x", { theme: "dark" }),
    id: newId(),
    user: null,
    anon: `v${i}`,
    active: true,
    kind: "event" as const,
    name: "page",
  }));
  await applyBatch(pool(), place, visitors);
  await refreshAllFacts(pool(), place.id);
  const gold: Rule = {
    kind: "and",
    of: [{ kind: "property", key: "tier", type: "text", is: "oneOf", values: ["gold"] }],
  };
  const id = await createSegment(here, { name: "Gold", rule: gold });
  const { b, rows } = await standOuts(here, id);
  expect(b.label).toBe("other identified users");
  expect(rows.map(({ key, value }) => `${key}=${value}`)).toEqual(["founder=true", "beta=true"]);
  expect(rows[0]).toMatchObject({ a: { had: 10, people: 20 }, b: { had: 0, people: 40 } });
  expect(rows[1]).toMatchObject({ a: { had: 15, people: 20 }, b: { had: 4, people: 40 } });
  const dark: Rule = { kind: "or", of: [{ kind: "identified", is: false }, ...gold.of] };
  const mixed = await standOuts(here, await createSegment(here, { name: "Mixed", rule: dark }));
  expect(mixed.b).toMatchObject({ label: "other people", people: 40 });
  expect(mixed.rows.map(({ key }) => key)).toContain("theme");
  // Every identified user is a member: there is nobody to compare them with, so there is no share to show.
  const whole: Rule = {
    kind: "and",
    of: [{ kind: "property", key: "tier", type: "text", is: "oneOf", values: ["gold", "free"] }],
  };
  const all = await createSegment(here, { name: "All", rule: whole });
  expect((await standOuts(here, all)).rows).toEqual([]);
});

test("suggestions come from the data", async () => {
  const properties = await suggestProperties(scope);
  const types = Object.fromEntries(properties.map(({ key, type }) => [key, type]));
  expect(types).toMatchObject({
    plan: "text",
    seats: "number",
    tags: "list",
    since: "date",
    email: "text",
    campaign: "text",
  });
  expect((await suggestProperties(scope, "SEA")).map(({ key }) => key)).toEqual(["seats"]);
  expect((await suggestValues(scope, "plan"))[0]).toMatchObject({ value: "free" });
  expect(await suggestValues(scope, "tags", "vi")).toEqual([{ value: "vip", people: 20 }]);
  expect((await suggestEvents(scope)).map(({ name }) => name).sort()).toEqual(["export", "screen_view"]);
  expect(await suggestEventProperties(scope, "export")).toEqual([
    { key: "format", type: "text", people: 2 },
    { key: "nested.pages", type: "number", people: 1 },
  ]);
  const ofAny = (await suggestEventProperties(scope, "")).map(({ key }) => key);
  expect(ofAny).toEqual(expect.arrayContaining(["format", "nested.pages"]));
  expect(await suggestEventValues(scope, "export", "format")).toEqual([
    { value: "csv", people: 1 },
    { value: "pdf", people: 1 },
  ]);
  expect(await suggestEventValues(scope, "export", "format", "PD")).toEqual([{ value: "pdf", people: 1 }]);
  expect(await suggestEventValues(scope, "export", "nested.pages")).toEqual([{ value: "3", people: 1 }]);
  expect(await suggestEventValues(scope, "export", "$country")).toEqual([{ value: "DE", people: 2 }]);
  expect(await suggestFacts(scope, "country")).toEqual([{ value: "DE", people: 2 }]);
  for (const nothing of [
    suggestProperties(stranger),
    suggestEvents(stranger),
    suggestEventProperties(stranger, ""),
    suggestValues(stranger, "plan"),
    suggestFacts(stranger, "country"),
    suggestEventValues(stranger, "export", "format"),
  ])
    expect(await nothing).toEqual([]);
});

test.each([
  ["a user id", "user-1", "u:user-1"],
  ["an e-mail, before people whose e-mail only begins with it", "person1@example.com", "u:user-1"],
  ["an e-mail in capitals", "GRACE@NAVY.EXAMPLE", "u:grace"],
  ["a device", "device-margaret", "u:margaret"],
  ["a visitor's id", "visitor-1", "a:visitor-1"],
  ["a visitor's property", "moonshot", "a:visitor-1"],
  ["part of a name", "hamil", "u:margaret"],
  ["a property's value", "mit lab", "u:margaret"],
  ["a misspelt name", "margret hamilten", "u:margaret"],
  ["a misspelt word of a name", "hoper", "u:grace"],
  ["a name with two letters swapped", "garce hopper", "u:grace"],
  ["a short word with a letter missing", "gace", "u:grace"],
  ["two characters of an e-mail", "ma", "u:margaret"],
])("search finds %s first: %s", async (_what, typed, ref) => {
  expect((await searchPeople(scope, typed, 10))[0]?.ref).toBe(ref);
  expect(await searchPeople(stranger, typed, 10)).toEqual([]);
});

test("search: under three characters only starts match; empty finds nothing; never more than requested, nobody twice", async () => {
  expect(await searchPeople(scope, "ab", 10)).toEqual([]);
  expect(await searchPeople(scope, "  ", 10)).toEqual([]);
  expect(await searchPeople(scope, "100%", 10)).toEqual([]);
  const found = await searchPeople(scope, "user-1", 5);
  expect(found).toHaveLength(5);
  expect(new Set(found.map((row) => row.ref)).size).toBe(5);
});
