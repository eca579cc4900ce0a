import { expect, test, vi } from "vitest";
import { pool, writerPool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import { hourlyBytes } from "@/lib/ingest/http/sending-limits";
import { erasePerson } from "@/lib/privacy/erase";
import { projectSettingsOf } from "@/lib/projects/clients.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { DEFAULT_CEILINGS } from "@/lib/projects/settings";
import { updateProject } from "@/lib/projects/settings.store";
import { ceilingUse } from "@/lib/projects/usage.queries";
import { grantScope } from "@/lib/scope";
import { asBrowser, asServer, eventsOf, makeProject, send, serveIngest, type TestProject } from "./support";

const { url } = serveIngest();
const scopeOf = ({ id }: TestProject) => grantScope(id, "system:test");
const track = (who: object, name = "seen", more: object = {}) => ({
  type: "track",
  ...("anonymousId" in who ? who : {}),
  payload: { name, ...("profileId" in who ? { profileId: who.profileId } : {}), ...more },
});
const batch = (project: TestProject, messages: unknown[]) =>
  send(`${url()}/track`, { batch: messages }, asServer(project.root));
const warningsOf = (answer: Awaited<ReturnType<typeof batch>>) => (answer.body.warnings ?? []) as { message: string }[];

/** Row counts of the tables. */
async function counted({ id }: TestProject) {
  const { rows } = await pool().query(
    `SELECT (SELECT count(*)::int FROM identities WHERE project_id = $1 AND kind = 'u') AS "maxPeople",
            (SELECT count(*)::int FROM identities WHERE project_id = $1 AND kind = 'a') AS "maxDevices",
            (SELECT count(*)::int FROM accounts WHERE project_id = $1) AS "maxAccounts",
            (SELECT count(DISTINCT name)::int FROM events WHERE project_id = $1 AND kind = 'event') AS "maxEventNames"`,
    [id],
  );
  return rows[0];
}

test("above its ceiling of user ids, a project stores events without a person, with a warning, and still knows existing ones", async () => {
  const project = await makeProject({ maxPeople: 2 });
  const first = await batch(
    project,
    [1, 2, 3].map((n) => track({ profileId: `u${n}`, anonymousId: `d${n}` })),
  );
  expect(first.body).toMatchObject({ accepted: 3, rejected: [] });
  expect(warningsOf(first)).toEqual([{ index: 2, message: expect.stringContaining("stored without a person") }]);
  const again = await batch(project, [
    track({ profileId: "u1" }),
    track({ profileId: "u4" }),
    track({ profileId: "u2" }),
  ]);
  expect(warningsOf(again)).toEqual([{ index: 1, message: expect.stringContaining("stored without a person") }]);
  const events = await eventsOf(project);
  expect(events.map(({ user }) => user ?? "").sort()).toEqual(["", "", "u1", "u1", "u2", "u2"]);
  // Not for anybody else either: the device may belong to somebody.
  for (const event of events.filter(({ user }) => user === null)) expect(event.stream).toBeNull();
  expect((await ceilingUse(scopeOf(project))).maxPeople).toBe(2);
  expect(recentMessages(scopeOf(project)).entries.filter(({ status }) => status === "altered")).toHaveLength(2);
});

test("above the ceiling of anonymous ids, new devices create no visitors, and users on them stay users", async () => {
  const project = await makeProject({ maxDevices: 1 });
  await batch(project, [track({ anonymousId: "d1" })]);
  const answer = await batch(project, [
    track({ anonymousId: "d2" }),
    track({ anonymousId: "d2", profileId: "u1" }),
    track({ anonymousId: "d1" }),
  ]);
  expect(answer.body.accepted).toBe(3);
  expect(warningsOf(answer)).toHaveLength(2);
  const events = (await eventsOf(project)).map(({ user, stream }) => [user, stream]);
  expect(events.sort()).toEqual(
    [
      ["u1", null],
      [null, "d1"],
      [null, "d1"],
      [null, null],
    ].sort(),
  );
});

test("above the ceiling of event names, a new one is stored as (other) with its name; built-in names never are", async () => {
  const project = await makeProject({ maxEventNames: 2 });
  const names = ["a", "b", "c", "screen_view", "revenue", "a"];
  const answer = await batch(
    project,
    names.map((name) => track({ profileId: "u1" }, name)),
  );
  expect(answer.body.accepted).toBe(6);
  expect(warningsOf(answer)).toEqual([{ index: 2, message: "stored as (other): this project has its 2 event names" }]);
  const events = await eventsOf(project);
  expect(events.map(({ name }) => name).sort()).toEqual(["(other)", "a", "a", "b", "revenue", "screen_view"]);
  expect(events.find(({ name }) => name === "(other)")?.properties).toEqual({ __name: "c" });
  // A raised ceiling applies immediately.
  await updateProject(scopeOf(project), { maxEventNames: 3 });
  expect(
    warningsOf(await batch(project, [track({ profileId: "u1" }, "c"), track({ profileId: "u1" }, "d")])),
  ).toHaveLength(1);
  expect((await ceilingUse(scopeOf(project))).maxEventNames).toBe(3);
});

test("above the ceiling of property names, a new one stays in its event but is not added to the person", async () => {
  const project = await makeProject({ maxProperties: 2 });
  const answer = await batch(project, [
    { type: "identify", payload: { profileId: "u1", plan: "pro", role: "x", more: 1 } },
  ]);
  expect(warningsOf(answer)[0]?.message).toBe("property not kept: 'more': this project has its 2 names of properties");
  const { rows } = await pool().query("SELECT props FROM profiles WHERE project_id = $1", [project.id]);
  expect(rows[0]?.props).toEqual({ plan: "pro", role: "x" });
  expect((await eventsOf(project))[0]?.properties).toMatchObject({ more: 1 });
});

test("above the ceiling of accounts, events are stored without new ones", async () => {
  const project = await makeProject({ maxAccounts: 2 });
  await batch(project, [track({ profileId: "u1" }, "seen", { groups: ["acme"] })]);
  const answer = await batch(project, [
    track({ profileId: "u1" }, "seen", { groups: ["acme", "umbrella"] }),
    track({ profileId: "u1" }, "seen", { groups: ["hooli", "acme"] }),
    { type: "group", payload: { id: "initech", properties: { a: 1 } } },
  ]);
  expect(answer.body).toMatchObject({ accepted: 3, rejected: [] });
  expect(warningsOf(answer)).toHaveLength(2);
  const { rows } = await pool().query("SELECT id FROM accounts WHERE project_id = $1 ORDER BY id", [project.id]);
  expect(rows.map(({ id }) => id)).toEqual(["acme", "umbrella"]);
  const groups = (await eventsOf(project)).map((event) => (event.groups ?? []).join()).sort();
  expect(groups).toEqual(["", "acme", "acme", "acme,umbrella"]);
});

test("counts match the tables, with many writers, repetitions and erasures", async () => {
  const project = await makeProject();
  const id = (n: number) => Math.floor(n * n * 7) % 40;
  const sent = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 20 }, (_, j) =>
      track(
        j % 3 === 0 ? { anonymousId: `d${id(i + j)}` } : { profileId: `u${id(i * j)}`, anonymousId: `d${id(j)}` },
        `event ${id(j)}`,
        { groups: [`g${id(i)}`] },
      ),
    ),
  );
  await Promise.all([...sent, ...sent].map((messages) => batch(project, messages)));
  const { maxProperties: _names, maxPropertyMegabytes: _values, ...use } = await ceilingUse(scopeOf(project));
  expect(use).toEqual(await counted(project));
  const settings = (await projectSettingsOf(pool(), project.id)) as ProjectSettings;
  const options = { suppress: false, dryRun: false, requestedBy: "test", now: Date.now() };
  const before = (await ceilingUse(scopeOf(project))).maxPeople;
  await erasePerson(pool(), settings, { kind: "u", extId: "u0" }, options);
  const after = await ceilingUse(scopeOf(project));
  expect(after.maxPeople).toBe(before - 1);
  expect({ maxPeople: after.maxPeople, maxDevices: after.maxDevices }).toEqual({
    maxPeople: (await counted(project))?.maxPeople,
    maxDevices: (await counted(project))?.maxDevices,
  });
});

test("once names and ids are known, a ceiling costs no statement", async () => {
  const project = await makeProject();
  const messages = [
    track({ profileId: "u1", anonymousId: "d1" }),
    { type: "identify", payload: { profileId: "u1", plan: "x" } },
  ];
  const query = vi.spyOn(writerPool(), "query");
  const usageStatements = async () => {
    query.mockClear();
    await batch(project, messages);
    return query.mock.calls.filter(([text]) => /project_(usage|names)/.test(JSON.stringify(text))).length;
  };
  expect(await usageStatements()).toBeGreaterThan(0);
  expect(await usageStatements()).toBe(0);
  query.mockRestore();
});

test("a project accepts a limited number of megabytes per hour without the secret; a server with it is not counted", async () => {
  const project = await makeProject({ maxMegabytesPerHour: 1 });
  const fat = Array.from({ length: 25 }, () =>
    track({ anonymousId: "d1" }, "fat", { properties: { a: "x".repeat(20_000) } }),
  );
  const sendAs = (headers: Record<string, string>) => send(`${url()}/track`, { batch: fat }, headers);
  expect((await sendAs(asBrowser(project.write))).status).toBe(200);
  const refused = await sendAs(asBrowser(project.write));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.body.error?.message).toContain("1 MB an hour");
  expect((await sendAs(asServer(project.write))).status).toBe(200);
  expect((await send(`${url()}/track`, track({ anonymousId: "d1" }), asBrowser(project.write))).status).toBe(200);
  expect(recentMessages(scopeOf(project)).entries.at(-2)?.reasons.join() ?? "").toBe("");
  expect(recentMessages(scopeOf(project)).entries.some(({ reasons }) => reasons.join().includes("1 MB an hour"))).toBe(
    true,
  );
  const neighbour = await makeProject({ maxMegabytesPerHour: 1 });
  expect((await send(`${url()}/track`, { batch: fat }, asBrowser(neighbour.write))).status).toBe(200);
  const used = hourlyBytes().used(project.id, Date.now());
  expect(used).toBeGreaterThan(0.5);
  expect(used).toBeLessThan(1);
  expect(hourlyBytes().used(project.id, Date.now() + 3_600_000)).toBe(0);
});

test("the database's defaults match the code's", async () => {
  const project = await makeProject();
  expect((await projectSettingsOf(pool(), project.id))?.ceilings).toEqual(DEFAULT_CEILINGS);
});
