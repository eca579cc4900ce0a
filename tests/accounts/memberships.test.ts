import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { applyRetention } from "@/lib/privacy/retention";
import { takeStale } from "@/lib/profiles/facts/stale-people";
import { makeModelProject } from "@/tests/identity/run";
import {
  applyOperations,
  assigned,
  DAY_MS,
  described,
  identified,
  makeEvent,
  materialized,
  peopleOf,
  rebuild,
  refreshEverything,
  START,
} from "./support";

const set = (id: string, column: string, value: string | boolean | null) =>
  pool().query(`UPDATE projects SET ${column} = $2 WHERE id = $1`, [id, value]);

test("an event counts for the account it names, or else for its person's accounts at that time", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    makeEvent(1, { user: "ada", name: "before" }),
    assigned(10, "ada", "acme"),
    makeEvent(11, { user: "ada", name: "export" }),
    makeEvent(12, { user: "ada", name: "export", groups: ["beta"] }),
    makeEvent(13, { user: "ada", name: "import" }),
    makeEvent(14, { user: "bob", groups: ["acme"], revenue: 250 }),
  );
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toEqual(["acme ada event 10- 2", "acme bob event 14- 1", "beta ada event 12- 2"]);
  const { rows } = await pool().query(
    `SELECT account_id, name, people, events FROM account_names WHERE project_id = $1 ORDER BY 1, 2`,
    [project.id],
  );
  expect(rows.map((row) => Object.values(row).join(" "))).toEqual([
    "acme export 1 1",
    "acme import 1 1",
    "acme used 1 1",
    "beta export 1 1",
    "beta import 1 1",
  ]);
  const facts = await pool().query(
    "SELECT account_id, people, revenue, features_used FROM account_facts WHERE project_id = $1 ORDER BY 1",
    [project.id],
  );
  expect(facts.rows.map((row) => Object.values(row).join(" "))).toEqual(["acme 2 250 3", "beta 1 0 2"]);
});

test("revenue counts for the account, although a server's revenue event is not the person's activity", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    makeEvent(1, { user: "ada", groups: ["acme"] }),
    makeEvent(60 * 24, { user: "ada", groups: ["acme"], name: "revenue", revenue: 4_900, active: false }),
    makeEvent(60 * 48, { user: "ada", name: "revenue", revenue: 100, active: false }),
    makeEvent(60 * 49, { user: "ada", groups: ["beta"], name: "revenue", revenue: 30, active: false }),
  );
  await refreshEverything(project);
  const { rows } = await pool().query(
    "SELECT account_id, revenue, last_seen FROM account_facts WHERE project_id = $1 ORDER BY 1",
    [project.id],
  );
  expect(rows.map((row) => `${row.account_id} ${row.revenue}`)).toEqual(["acme 5000", "beta 30"]);
  expect(rows[0]?.last_seen).toBe(START + 60_000);
});

test("an account replaces another of the same type if its evidence starts after the other's has ended", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    ...["acme", "beta"].map((id) => described(0, id, { type: "company" })),
    makeEvent(1, { user: "ada", groups: ["acme"] }),
    makeEvent(5, { user: "ada", groups: ["acme"] }),
    makeEvent(7, { user: "ada" }),
    makeEvent(10, { user: "ada", groups: ["beta"] }),
    makeEvent(11, { user: "ada" }),
    assigned(1, "bob", "acme", "beta"),
    assigned(20, "bob", "acme"),
    makeEvent(21, { user: "bob" }),
  );
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toEqual([
    "acme ada event 1-10 3",
    "acme bob event 1- 1",
    "beta ada event 10- 2",
    "beta bob event 1- 1",
  ]);
  // A late event shows that she never left.
  await applyOperations(project, makeEvent(12, { user: "ada", groups: ["acme"] }));
  await refreshEverything(project);
  expect((await peopleOf(project.id)).filter((row) => row.includes("ada"))).toEqual([
    "acme ada event 1- 5",
    "beta ada event 10- 2",
  ]);
});

test("a property and an e-mail domain name accounts if the project's settings say so, with a history", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    identified(0, "ada", { company: "acme", email: "ada@mail.example.org" }),
    makeEvent(5, { user: "ada" }),
    identified(10, "ada", { company: 42, email: "ada@beta.io" }),
    makeEvent(15, { user: "ada" }),
    identified(20, "ada", { company: "acme" }),
    identified(1, "bob", { email: "bob@gmail.com", company: "null" }),
  );
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toEqual([]);
  await set(project.id, "account_property", "company");
  await rebuild(project.id);
  expect(await peopleOf(project.id)).toEqual(["42 ada property 10-20 2", "acme ada property 0- 3"]);
  await set(project.id, "account_by_domain", true);
  await rebuild(project.id);
  expect(await peopleOf(project.id)).toEqual([
    "42 ada property 10-20 2",
    "acme ada property 0- 3",
    "beta.io ada domain 10- 3",
    "mail.example.org ada domain 0-10 2",
  ]);
  const facts = await pool().query(
    "SELECT account_id, domain FROM account_facts WHERE project_id = $1 AND domain IS NOT NULL ORDER BY 1",
    [project.id],
  );
  expect(facts.rows.map((row) => row.domain)).toEqual(["beta.io", "mail.example.org"]);
  await set(project.id, "account_by_domain", false);
  await set(project.id, "account_property", null);
  await rebuild(project.id);
  expect(await peopleOf(project.id)).toEqual([]);
});

test("events of somebody who belongs to many accounts only count for the account they name", async () => {
  const project = await makeModelProject(pool());
  const many = ["a", "b", "c", "d"];
  await applyOperations(
    project,
    assigned(0, "agent", ...many),
    makeEvent(1, { user: "agent" }),
    makeEvent(2, { user: "agent", groups: ["b"] }),
  );
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toEqual([
    "a agent event 0- 0",
    "b agent event 0- 1",
    "c agent event 0- 0",
    "d agent event 0- 0",
  ]);
});

test("claims and late events keep the sums equal to a rebuild", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    makeEvent(0, { anon: "d1", groups: ["acme"] }),
    makeEvent(2, { anon: "d1" }),
    makeEvent(3, { anon: "d2", groups: ["acme"] }),
  );
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toHaveLength(2);
  await applyOperations(project, makeEvent(5, { anon: "d1", user: "ada" }), makeEvent(60, { anon: "d1", user: "bob" }));
  await applyOperations(project, makeEvent(1, { anon: "d1" }), makeEvent(61, { user: "bob", groups: ["beta"] }));
  await refreshEverything(project);
  const before = await materialized(project.id);
  expect(await peopleOf(project.id)).toContain("acme ada event 0- 4");
  expect(before.account_days?.length).toBeGreaterThan(0);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(before);
});

test("somebody assigned without doing anything belongs to the account, also when the process died right after", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    makeEvent(1, { user: "ada", anon: "phone" }),
    makeEvent(1, { user: "bob", anon: "tablet" }),
  );
  await refreshEverything(project);
  await applyOperations(
    project,
    assigned(2, "ada", "acme"),
    makeEvent(3, { kind: "group", name: "assign_group", groups: ["acme"], active: false, anon: "tablet" }),
  );
  // Forgets the marks held in memory.
  for (let call = 0; call < 2; call++) takeStale();
  await refreshEverything(project);
  expect(await peopleOf(project.id)).toEqual(["acme ada event 2- 0", "acme bob event 3- 0"]);
});

test("after retention has deleted the evidence, current and former people by property or e-mail domain stay known", async () => {
  const project = await makeModelProject(pool());
  await set(project.id, "account_property", "company.id");
  await set(project.id, "account_by_domain", true);
  const day40 = 40 * 24 * 60;
  const onDevice = makeEvent(6, {
    kind: "property",
    name: "set",
    anon: "a device that nobody logged in on",
    properties: { "company.id": "gamma" },
    changes: [{ mode: "set", key: "company.id", value: "gamma" }],
  });
  await applyOperations(
    project,
    identified(1, "ada", { "company.id": "acme", email: "ada@acme.example" }),
    identified(2, "bob", { "company.id": "acme" }),
    identified(3, "bob", { "company.id": 42 }),
    identified(4, "cleo", { "company.id": "acme" }),
    identified(5, "cleo", { "company.id": null }),
    onDevice,
    ...["ada", "bob", "cleo"].map((user) => makeEvent(day40, { user })),
    makeEvent(day40, { anon: onDevice.anon }),
  );
  await refreshEverything(project);
  const whoBelongs = async () => (await peopleOf(project.id)).map((one) => one.replace(/ \d+$/, ""));
  const before = await whoBelongs();
  expect(before).toHaveLength(6);
  await applyRetention(pool(), project.id, { days: 30, byEvent: [] }, START + 60 * DAY_MS);
  await refreshEverything(project);
  const { rows } = await pool().query("SELECT FROM events WHERE project_id = $1 AND kind <> 'event'", [project.id]);
  expect(rows).toEqual([]);
  expect(await whoBelongs()).toEqual(before);
});
