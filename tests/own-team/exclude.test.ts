import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { changeAccountMerge, eraseAccount, unassignPerson } from "@/lib/ingest/corrections/accounts";
import { refreshFacts } from "@/lib/jobs/facts";
import { setAccountExcluded, setPersonExcluded, setSegmentExcluded } from "@/lib/own-team/exclude";
import { erasePerson } from "@/lib/privacy/erase";
import { settingValues } from "@/lib/projects/projects.queries";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import type { Rule } from "@/lib/segments/rule";
import { createSegment, updateSegment } from "@/lib/segments/segments.store";
import { makeModelProject } from "@/tests/identity/run";
import {
  applyOperations,
  atMinute,
  DAY_MS,
  identified,
  makeEvent,
  materialized,
  rebuild,
  refreshEverything,
  START,
} from "../accounts/support";

const groups = ["acme"];
async function team() {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    identified(1, "ada", { email: "ada@acme.com" }),
    identified(1, "bob", { email: "Bob@mail.Ours.example" }),
    identified(1, "eve", { role: "staff" }),
    ...["ada", "bob", "eve"].map((user) => makeEvent(2, { user, groups, revenue: 100 })),
    makeEvent(3, { user: "eve", groups: ["test"] }),
  );
  await refreshEverything(project);
  return project;
}

const internal = async (id: string): Promise<string[]> => {
  const { rows } = await pool().query<{ handle: string }>(
    "SELECT handle FROM profile_facts WHERE project_id = $1 AND is_internal ORDER BY 1",
    [id],
  );
  return rows.map(({ handle }) => handle);
};
const accounts = async (id: string): Promise<string[]> => {
  const { rows } = await pool().query(
    "SELECT account_id, people, revenue, features_used, is_internal FROM account_facts WHERE project_id = $1 ORDER BY 1",
    [id],
  );
  return rows.map((row) => Object.values(row).join(" "));
};
const ALL = ["acme 3 300 1 false", "test 1 0 1 false"];

test.each([
  [{ internalPeople: ["bob"] }, ["bob"], ["acme 2 200 1 false", "test 1 0 1 false"]],
  [{ internalPeople: ["ADA@acme.com"] }, ["ada"], ["acme 2 200 1 false", "test 1 0 1 false"]],
  [{ internalDomains: ["ours.example"] }, ["bob"], ["acme 2 200 1 false", "test 1 0 1 false"]],
  [{ internalDomains: ["rs.example", "cme.com", "mail.ours"] }, [], ALL],
  [{ internalProperties: ["role=staff", "role=none"] }, ["eve"], ["acme 2 200 1 false", "test 0 0 0 true"]],
] as const)("the setting %j excludes %j, and removing it counts them again", async (settings, people, counted) => {
  const project = await team();
  expect(await accounts(project.id)).toEqual(ALL);
  const before = await materialized(project.id);
  const scope = grantScope(project.id, "member:test");
  await updateProject(scope, settings);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(people);
  expect(await accounts(project.id)).toEqual(counted);
  const marked = await materialized(project.id);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(marked);
  await updateProject(scope, { internalPeople: [], internalDomains: [], internalProperties: [] });
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
  expect(await materialized(project.id)).toEqual(before);
});

test("the button excludes a person and counts them again, and nobody else is recomputed", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  const before = await materialized(project.id);
  const work = async () =>
    (await pool().query("SELECT from_person = to_person AS one FROM account_work WHERE project_id = $1", [project.id]))
      .rows;
  await setPersonExcluded(scope, "u:ada", true);
  expect(await work()).toEqual([{ one: true }]);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["ada"]);
  expect((await settingValues(scope)).internalPeople).toEqual(["ada"]);
  await setPersonExcluded(scope, "u:ada", true);
  expect((await settingValues(scope)).internalPeople).toEqual(["ada"]);
  await setPersonExcluded(scope, "u:ada", false);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
  expect(await materialized(project.id)).toEqual(before);
  // Named by their address, they are taken off by it.
  await updateProject(scope, { internalPeople: ["ADA@acme.com", "bob"] });
  await setPersonExcluded(scope, "u:ada", false);
  expect((await settingValues(scope)).internalPeople).toEqual(["bob"]);
});

test("a user id is another one in another case, an address is not; also in an erasure", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  await applyOperations(project, makeEvent(4, { user: "ADA" }), makeEvent(4, { user: "Zoë@Acme.com" }));
  await refreshEverything(project);
  const listed = async () => (await settingValues(scope)).internalPeople;
  await updateProject(scope, { internalPeople: ["ADA", "bob"] });
  await setPersonExcluded(scope, "u:ada", true);
  expect(await listed()).toEqual(["ADA", "bob", "ada"]);
  await setPersonExcluded(scope, "u:ada", false);
  expect(await listed()).toEqual(["ADA", "bob"]);
  await updateProject(scope, { internalPeople: ["ADA", "Ada@ACME.com", "zoË@acme.com"] });
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: START + 60 * DAY_MS };
  for (const extId of ["ada", "Zoë@Acme.com"]) await erasePerson(pool(), project, { kind: "u", extId }, options);
  expect(await listed()).toEqual(["ADA"]);
  await refreshEverything(project);
  const { rows } = await pool().query(
    "SELECT p.display_id FROM profile_facts f JOIN profiles p ON p.project_id = f.project_id AND p.id = f.person WHERE f.project_id = $1 AND f.is_internal",
    [project.id],
  );
  expect(rows).toEqual([{ display_id: "ADA" }]);
});

test("a segment of the own team is tested again when one that it names changes", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  const role = (value: string): Rule => ({
    kind: "and",
    of: [{ kind: "property", key: "role", type: "text", is: "oneOf", values: [value] }],
  });
  const inner = await createSegment(scope, { name: "Inner", description: "", rule: role("nobody") });
  const named = (id: string): Rule => ({ kind: "and", of: [{ kind: "segment", is: "in", id }] });
  const middle = await createSegment(scope, { name: "Middle", description: "", rule: named(inner) });
  const outer = await createSegment(scope, { name: "Outer", description: "", rule: named(middle) });
  await setSegmentExcluded(scope, outer, true);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
  await updateSegment(scope, inner, { name: "Inner", description: "", rule: role("staff") });
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve"]);
  await refreshEverything(project);
  const { rows } = await pool().query("SELECT id FROM account_work WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([]);
});

test("the members of a segment are left out, including later ones, and counted again when it is removed", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  const before = await materialized(project.id);
  const rule: Rule = {
    kind: "and",
    of: [{ kind: "property", key: "role", type: "text", is: "oneOf", values: ["staff"] }],
  };
  const id = await createSegment(scope, { name: "Staff", description: "", rule });
  await setSegmentExcluded(scope, id, true);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve"]);
  expect(await accounts(project.id)).toEqual(["acme 2 200 1 false", "test 0 0 0 true"]);
  await applyOperations(project, identified(9, "joe", { role: "staff" }), makeEvent(10, { user: "joe" }));
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve", "joe"]);
  await setSegmentExcluded(scope, id, false);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
  expect(await materialized(project.id)).toEqual(before);
});

test("the button excludes an account and everybody in it; people who leave the account are counted again", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  await setAccountExcluded(scope, "test", true);
  const { rows } = await pool().query("SELECT account_id FROM account_work WHERE project_id = $1", [project.id]);
  expect(rows.map((row) => row.account_id)).toEqual(["test", "test"]);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve"]);
  expect(await accounts(project.id)).toEqual(["acme 2 200 1 false", "test 0 0 0 true"]);
  const marked = await materialized(project.id);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(marked);

  await applyOperations(project, makeEvent(5, { user: "joe", groups: ["test"] }));
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve", "joe"]);
  await unassignPerson(scope, { ref: "u:joe", accountId: "test" }, atMinute(6));
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["eve"]);
  await setAccountExcluded(scope, "acme", true);
  await refreshEverything(project);
  expect((await settingValues(scope)).internalAccounts).toEqual(["test", "acme"]);
  expect(await internal(project.id)).toEqual(["ada", "bob", "eve"]);
  await setAccountExcluded(scope, "acme", false);
  await setAccountExcluded(scope, "test", false);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
  expect(await accounts(project.id)).toEqual(ALL);
});

test("any of an account's ids excludes it; an id in different case is another account", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  await applyOperations(project, makeEvent(5, { user: "joe", groups: ["TEST"] }));
  await updateProject(scope, { internalAccounts: ["TEST"] });
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["joe"]);
  await setAccountExcluded(scope, "test", true);
  await setAccountExcluded(scope, "test", false);
  expect((await settingValues(scope)).internalAccounts).toEqual(["TEST"]);
  await changeAccountMerge(scope, ["acme", "TEST"], true);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual(["ada", "bob", "eve", "joe"]);
  await setAccountExcluded(scope, "acme", false);
  await refreshEverything(project);
  expect(await internal(project.id)).toEqual([]);
});

test("a segment that depends on the own team itself, or was deleted, marks nobody", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  const rule: Rule = { kind: "and", of: [{ kind: "state", is: "noneOf", values: ["dormant"] }] };
  const id = await createSegment(scope, { name: "Here", description: "", rule });
  await updateProject(scope, { internalSegments: [id, "0192f4c1-7d5e-7000-8000-000000000000"] });
  for (let day = 0; day < 3; day++) {
    await refreshEverything(project, START + (60 + day) * DAY_MS);
    expect(await internal(project.id)).toEqual([]);
  }
});

test("an inactive member of the own team is not written again", async () => {
  const project = await team();
  await updateProject(grantScope(project.id, "member:test"), { internalPeople: ["ada"] });
  await refreshEverything(project);
  const rows = async () =>
    (
      await pool().query<{ person: number; xmin: string }>(
        "SELECT person, xmin::text FROM profile_facts WHERE project_id = $1 ORDER BY 1",
        [project.id],
      )
    ).rows;
  const before = await rows();
  await refreshFacts(
    pool(),
    project.id,
    before.map(({ person }) => person),
    START + 60 * DAY_MS,
  );
  expect(await rows()).toEqual(before);
});

test("an erased account leaves the own team: a later account of its id counts", async () => {
  const project = await team();
  const scope = grantScope(project.id, "member:test");
  await setAccountExcluded(scope, "test", true);
  await updateProject(scope, { internalAccounts: ["other", "test"] });
  await refreshEverything(project);
  await eraseAccount(scope, "test", START + 60 * DAY_MS);
  expect((await settingValues(scope)).internalAccounts).toEqual(["other"]);
  await applyOperations(project, makeEvent(61 * 24 * 60, { user: "eve", groups: ["test"] }));
  await refreshEverything(project);
  expect((await accounts(project.id)).find((row) => row.startsWith("test"))).toMatch(/^test 1 .* false$/);
});

test("an entry that is not a domain or a property's value is rejected, naming it", async () => {
  const { id } = await makeModelProject(pool());
  const scope = grantScope(id, "member:test");
  for (const [field, entry] of [
    ["internalDomains", "our company"],
    ["internalProperties", "staff"],
    ["internalProperties", "=x"],
  ] as const)
    await expect(updateProject(scope, { [field]: [entry] })).rejects.toMatchObject({ code: "unprocessable" });
});
