import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { MAX_LOGGED_CHANGES } from "@/lib/identity/compact";
import { MAX_PROPERTY_BYTES, MAX_PROPERTY_KEYS } from "@/lib/identity/property-limits";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { grantScope } from "@/lib/scope";
import { propertyHistory } from "@/lib/timeline/property-history.queries";
import { costRatio, wallTime } from "@/tests/support/cost";
import { asBrowser, makeProject, type Sent, send, serveIngest, type TestProject } from "../ingest/support";

const { url } = serveIngest();
const T0 = Date.now() - 3_600_000;

type Who = { anonymousId: string } | { profileId: string };

/** `count` messages with 100 new properties each. */
const newKeys = (count: number, who: Who, prefix = "p") =>
  Array.from({ length: count }, (_, m) =>
    message(who, "set", {
      properties: Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`${prefix}${m}_${k}`, k])),
    }),
  );

function message(who: Who, type: string, payload: object, ts = T0) {
  const { anonymousId, profileId } = who as { anonymousId?: string; profileId?: string };
  return {
    type,
    ...(anonymousId && { anonymousId }),
    timestamp: new Date(ts).toISOString(),
    payload: { ...payload, ...(profileId && { profileId }) },
  };
}

const batch = (project: TestProject, messages: unknown[]): Promise<Sent> =>
  send(`${url()}/track`, { batch: messages }, asBrowser(project.write));

async function visitorOf(project: TestProject) {
  await refreshAllFacts(pool(), project.id);
  const { rows: people } = await listProfiles(grantScope(project.id, "system:test"), { tab: "anonymous", limit: 10 });
  return people[0];
}

const warned = ({ body }: Sent) => (body.warnings ?? []) as { index: number; message: string }[];

test("a stream has at most 200 properties; warnings name those left out, and existing ones can still change", async () => {
  const project = await makeProject();
  const who = { anonymousId: "device-1" };
  const seen = message(who, "track", { name: "seen" });
  const answer = await batch(project, [seen, ...newKeys(4, who)]);
  expect(answer.body.accepted).toBe(5);
  expect(new Set(warned(answer).map(({ index }) => index))).toEqual(new Set([3, 4]));
  expect(warned(answer)[0]?.message).toContain("'p2_0' would be more than 200 properties");
  const again = await batch(project, [message(who, "set", { properties: { p0_0: "new", p9_9: 1 } })]);
  expect(warned(again)).toHaveLength(1);

  const visitor = await visitorOf(project);
  expect(Object.keys(visitor?.properties ?? {})).toHaveLength(MAX_PROPERTY_KEYS);
  expect(visitor?.properties.p0_0).toBe("new");
  const { rows } = await pool().query(
    "SELECT count(*) FILTER (WHERE warnings[1] LIKE 'property not kept%') AS warned FROM events WHERE project_id = $1",
    [project.id],
  );
  expect(rows[0]?.warned, "the stored events carry the warnings too").toBe(3);
});

test.each([
  ["stream", { anonymousId: "device-1" }],
  ["user", { profileId: "u1" }],
] as const)("the properties of a %s take at most 64 KiB", async (_kind, who) => {
  const project = await makeProject();
  const large = (key: string, n = 20_000) => message(who, "set", { properties: { [key]: "ä".repeat(n / 2) } });
  const seen = message(who, "track", { name: "seen" });
  const answer = await batch(project, [seen, large("a"), large("b"), large("c"), large("d"), large("e", 2_000)]);
  expect(warned(answer)).toEqual([
    { index: 4, message: "property not kept: 'd' would make more than 64 KiB of properties" },
  ]);
  await refreshAllFacts(pool(), project.id);
  const scope = grantScope(project.id, "system:test");
  const { rows: people } = await listProfiles(scope, { tab: "everyone", limit: 10 });
  expect(Object.keys(people[0]?.properties ?? {})).toEqual(["a", "b", "c", "e"]);
  expect(Buffer.byteLength(JSON.stringify(people[0]?.properties))).toBeLessThan(MAX_PROPERTY_BYTES + 100);
});

test("an account has at most 200 properties too, and warnings name those left out", async () => {
  const project = await makeProject();
  const groups = newKeys(3, { profileId: "u1" }).map(({ payload }) => ({
    type: "group",
    payload: { id: "acme", properties: (payload as { properties: object }).properties },
  }));
  const answer = await batch(project, groups);
  expect(new Set(warned(answer).map(({ index }) => index))).toEqual(new Set([2]));
  const { rows } = await pool().query<{ properties: object }>("SELECT properties FROM accounts WHERE project_id = $1", [
    project.id,
  ]);
  expect(Object.keys(rows[0]?.properties ?? {})).toHaveLength(MAX_PROPERTY_KEYS);
});

test("a person with many devices shows at most 200 properties, their name before those from devices", async () => {
  const project = await makeProject();
  for (let device = 0; device < 4; device++) {
    const who = { anonymousId: `device-${device}` };
    const login = { ...message({ profileId: "u1" }, "identify", { name: "Zoë", zebra: 1 }), ...who };
    await batch(project, [...newKeys(1, who, `d${device}_`), login]);
  }
  const { rows } = await pool().query<{ name: string; props: object }>(
    "SELECT name, props FROM profiles WHERE project_id = $1",
    [project.id],
  );
  expect(rows[0]?.name).toBe("Zoë");
  expect(rows[0]?.props).toMatchObject({ name: "Zoë", zebra: 1 });
  expect(Object.keys(rows[0]?.props ?? {})).toHaveLength(MAX_PROPERTY_KEYS);
});

test("the cost of new properties grows linearly for ingest and the list", async () => {
  const who = { anonymousId: "device-1" };
  const readAfter = (messages: number) => async () => {
    const project = await makeProject();
    await batch(project, [message(who, "track", { name: "seen" }), ...newKeys(messages, who)]);
    await visitorOf(project);
  };
  await readAfter(10)(); // warm
  // A quadratic fold takes 256 times as long.
  expect(await costRatio(readAfter(10), readAfter(160), 64, wallTime)).toBeLessThan(64);
});

test("endless sets and increments of a stream or user take a bounded number of rows, and read correctly", async () => {
  const project = await makeProject();
  const device = { anonymousId: "device-1" };
  const user = { profileId: "u1" };
  const rounds = 8;
  await batch(project, [message(device, "track", { name: "seen" }), message(user, "identify", { visits: 100 })]);
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: 400 }, (_, i) => {
      const at = T0 + (round * 400 + i) * 100 + 1;
      if (i % 4 === 0) return message(device, "set", { properties: { page: `p${round}_${i}` } }, at);
      if (i % 4 === 1) return message(device, "set_once", { properties: { first: `p${round}_${i}` } }, at);
      if (i % 4 === 2) return message(device, "increment", { property: "views", value: 0.1 }, at);
      return message(user, "increment", { property: "visits", value: 3 }, at);
    });
    // The later half of a round first: order must not matter.
    await batch(project, [...messages.slice(200), ...messages.slice(0, 200)]);
  }
  for (let i = 0; i < 4; i++)
    await batch(
      project,
      Array.from({ length: 400 }, () => message(user, "increment", { property: "visits" }, T0 + 1e6)),
    );
  const { rows } = await pool().query(
    "SELECT actor_id, count(*) AS kept FROM prop_ops WHERE project_id = $1 GROUP BY actor_id",
    [project.id],
  );
  expect(rows).toHaveLength(2);
  for (const { kept } of rows) expect(kept).toBeLessThanOrEqual(MAX_LOGGED_CHANGES);
  expect((await visitorOf(project))?.properties).toEqual({ page: "p7_396", first: "p0_1", views: rounds * 10 });
  const { rows: profiles } = await pool().query("SELECT props FROM profiles WHERE project_id = $1", [project.id]);
  expect(profiles[0]?.props).toEqual({ visits: 100 + rounds * 100 * 3 + 4 * 400 });

  // A login that claims the device finds everything.
  await batch(project, [{ ...message(user, "identify", {}, T0 + 2e6), ...device }]);
  const { rows: claimed } = await pool().query("SELECT props FROM profiles WHERE project_id = $1", [project.id]);
  expect(claimed[0]?.props).toMatchObject({ page: "p7_396", first: "p0_1", views: rounds * 10 });
});

test("a person's fold reads a bounded number of changes, however many devices they have", async () => {
  const project = await makeProject();
  const login = (n: number) => ({
    ...message({ profileId: "u1" }, "identify", {}, T0 + n),
    anonymousId: `device-${n}`,
  });
  for (let n = 0; n < 12; n++) {
    const changes = Array.from({ length: 490 }, (_, i) =>
      message({ anonymousId: `device-${n}` }, "set", { properties: { [`k${i % 2}`]: n, [`d${n}`]: i } }, T0 + n + i),
    );
    await batch(project, [...changes, login(n)]);
  }
  const { rows } = await pool().query(
    "SELECT sum(kept_changes)::int AS noted, (SELECT count(*)::int FROM prop_ops WHERE project_id = $1) AS kept FROM identities WHERE project_id = $1",
    [project.id],
  );
  expect(rows[0]?.noted).toBe(rows[0]?.kept);
  expect(rows[0]?.kept).toBeGreaterThan(8_000);
  const { rows: profiles } = await pool().query("SELECT props FROM profiles WHERE project_id = $1", [project.id]);
  // The most recently used devices are read first.
  expect(profiles[0]?.props).toMatchObject({ d11: 489, d10: 489 });
  expect(profiles[0]?.props).not.toHaveProperty("d0");
});

test("a property's history reads a bounded number of changes, newest first", async () => {
  const project = await makeProject();
  const large = (n: number) =>
    message({ profileId: "u1" }, "set", { properties: { a: "x".repeat(30_000), n } }, T0 + n);
  for (let n = 0; n < 60; n += 30)
    await batch(
      project,
      Array.from({ length: 30 }, (_, i) => large(n + i)),
    );
  const { notes, complete } = await propertyHistory(grantScope(project.id, "system:test"), "u:u1");
  expect(complete).toBe(false);
  expect(notes.get("n")?.[0]?.value).toBe(59);
  expect(notes.get("n")?.length).toBeLessThan(20);
});
