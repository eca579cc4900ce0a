import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasures } from "@/lib/privacy/erase-jobs.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeModelProject as makeSettings } from "@/tests/identity/run";
import { asServer, makeProject, send, serveIngest, type TestProject } from "@/tests/ingest/support";
import { makeOperation } from "../support/operation";

const ingest = serveIngest();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const accountsOf = async (projectId: string) => {
  const { rows } = await pool().query(
    "SELECT id, type, name, properties, first_seen, last_seen, created_at FROM accounts WHERE project_id = $1 ORDER BY id",
    [projectId],
  );
  return rows;
};
const membersOf = async (projectId: string): Promise<string[]> => {
  const { rows } = await pool().query(
    `SELECT m.account_id, i.kind, i.ext_id, m.first_ts, m.last_ts FROM account_members m
       JOIN identities i ON i.project_id = m.project_id AND i.id = m.actor_id
      WHERE m.project_id = $1 ORDER BY 1, 2, 3`,
    [projectId],
  );
  return rows.map((row) => `${row.account_id} ${row.kind}:${row.ext_id} ${row.first_ts}-${row.last_ts}`);
};

test("over HTTP, accounts are described, assigned and named by events; the newest write of a property wins", async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const ms = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);
  const message = (second: number, type: string, payload: object, outside: object = {}) => ({
    type,
    timestamp: at(second),
    ...outside,
    payload,
  });
  const batch = [
    message(5, "group", {
      id: "acme",
      type: "company",
      name: "Acme",
      properties: { plan: "pro", address: { city: "Bern" } },
    }),
    message(3, "group", { id: "acme", name: "Old", properties: { plan: "free", seats: 5, gone: 1 } }),
    message(6, "group", { id: "acme", properties: { gone: null } }),
    message(4, "assign_group", { groupIds: ["acme", "beta"], profileId: "u_1" }),
    message(9, "track", { name: "used", profileId: "u_1", groups: ["acme"] }),
    message(7, "track", { name: "seen", groups: ["acme"] }, { anonymousId: "device-1" }),
    message(8, "track", { name: "nobody's", groups: ["beta"] }),
  ];
  const sent = await send(`${ingest.url()}/track`, { import: true, batch }, asServer(project.root));
  expect(sent.body).toMatchObject({ accepted: 7, rejected: [] });
  expect(await accountsOf(project.id)).toEqual([
    {
      id: "acme",
      type: "company",
      name: "Acme",
      properties: { plan: "pro", "address.city": "Bern", seats: 5 },
      first_seen: ms(7),
      last_seen: ms(9),
      created_at: ms(3),
    },
    { id: "beta", type: null, name: null, properties: {}, first_seen: ms(8), last_seen: ms(8), created_at: ms(4) },
  ]);
  expect(await membersOf(project.id)).toEqual([
    `acme a:device-1 ${ms(7)}-${ms(7)}`,
    `acme u:u_1 ${ms(4)}-${ms(9)}`,
    `beta u:u_1 ${ms(4)}-${ms(4)}`,
  ]);
});

const START = Date.UTC(2026, 0, 1);
const operation = (minute: number, of: Partial<Operation>): Operation =>
  makeOperation({ ts: START + minute * 60_000, receivedAt: START + 86_400_000, name: "used", ...of });
const describe_ = (minute: number, id: string, properties: Operation["properties"]) =>
  operation(minute, { kind: "group", name: "group", groups: [id], active: false, properties: { properties } });

test("any order, batching and repetition of messages gives the same accounts and memberships", async () => {
  const operations = Array.from({ length: 60 }, (_, i) => {
    const groups = [["acme"], ["beta"], ["acme", "beta"], ["gamma"]][i % 4] as string[];
    if (i % 5 === 0) return describe_(i % 7, groups[0] as string, { plan: i, [`k${i % 3}`]: i % 2 === 0 ? i : null });
    return operation((i * 37) % 50, i % 3 === 0 ? { user: `u${i % 4}`, groups } : { anon: `d${i % 3}`, groups });
  });
  const results = [];
  for (let seed = 1; seed <= 6; seed++) {
    const settings = await makeSettings(pool());
    const shuffled = operations
      .concat(operations.slice(0, 20))
      .map((one, i) => ({ one: { ...one }, key: (Math.imul(i + 1, 2654435761 * seed) >>> 0) % 9973 }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one);
    const size = 1 + seed * 7;
    const batches = Array.from({ length: Math.ceil(shuffled.length / size) }, (_, i) =>
      shuffled.slice(i * size, (i + 1) * size),
    );
    // Two at a time, on the same accounts.
    for (let i = 0; i < batches.length; i += 2)
      await Promise.all(batches.slice(i, i + 2).map((batch) => applyBatch(pool(), settings, batch)));
    results.push({ accounts: await accountsOf(settings.id), members: await membersOf(settings.id) });
  }
  expect(results[0]?.accounts).toHaveLength(3);
  expect(results[0]?.members.length).toBeGreaterThan(8);
  for (const result of results.slice(1)) expect(result).toEqual(results[0]);
});

const apply = (settings: ProjectSettings, ...operations: Operation[]) => applyBatch(pool(), settings, operations);

test("an erasure removes the person's memberships; others' on a shared device stay, and so does the account", async () => {
  const settings = await makeSettings(pool());
  const groups = ["acme"];
  const A = { user: "A", anon: "d", groups };
  const B = { user: "B", anon: "d", groups };
  await apply(
    settings,
    operation(0, { anon: "d", groups: ["early"] }),
    operation(5, A),
    operation(100, B),
    operation(105, { anon: "d", groups: ["late"] }),
  );
  const at = (minute: number) => START + minute * 60_000;
  expect(await membersOf(settings.id)).toEqual([
    `acme u:A ${at(5)}-${at(5)}`,
    `acme u:B ${at(100)}-${at(100)}`,
    `early a:d ${at(0)}-${at(0)}`,
    `late a:d ${at(105)}-${at(105)}`,
  ]);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: at(200) };
  await erasePerson(pool(), settings, { kind: "u", extId: "A" }, options);
  await finishErasures(pool());
  expect(await membersOf(settings.id)).toEqual([`acme u:B ${at(100)}-${at(100)}`, `late a:d ${at(105)}-${at(105)}`]);
  expect((await accountsOf(settings.id)).map(({ id }) => id)).toEqual(["acme", "early", "late"]);
});
