import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import {
  changeAccount,
  changeAccountMerge,
  eraseAccount,
  reassignPerson,
  requireAccount,
  unassignPerson,
} from "@/lib/ingest/corrections/accounts";
import type { JsonObject } from "@/lib/json";
import { grantScope } from "@/lib/scope";
import { makeModelProject } from "@/tests/identity/run";
import {
  applyOperations,
  assigned,
  atMinute,
  described,
  identified,
  makeEvent,
  materialized,
  peopleOf,
  rebuild,
  refreshEverything,
} from "./support";

const scopeOf = ({ id }: { id: string }) => grantScope(id, "member:test");
const factsOf = async (projectId: string) =>
  (
    await pool().query(
      "SELECT account_id, name, type, properties FROM account_facts WHERE project_id = $1 ORDER BY 1",
      [projectId],
    )
  ).rows;

/** The job's result; checks that a rebuild gives the same. */
async function settled(project: { id: string }): Promise<string[]> {
  await refreshEverything(project);
  const before = await materialized(project.id);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(before);
  return peopleOf(project.id);
}

test("unassigning ends a membership at a time, later evidence starts a new one, and it can be undone", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    assigned(1, "ada", "acme"),
    makeEvent(2, { user: "ada" }),
    makeEvent(20, { user: "ada" }),
    assigned(1, "bob", "acme"),
  );
  await refreshEverything(project);
  await unassignPerson(scopeOf(project), { ref: "u:ada", accountId: "acme", until: atMinute(10) }, atMinute(30));
  expect(await settled(project)).toEqual(["acme ada event 1-10 1", "acme bob event 1- 0"]);
  await applyOperations(project, makeEvent(25, { user: "ada", groups: ["acme"] }));
  expect(await settled(project)).toContain("acme ada event 1-10 1");
  await applyOperations(project, makeEvent(40, { user: "ada", groups: ["acme"] }), makeEvent(35, { user: "ada" }));
  expect(await settled(project)).toContain("acme ada event 1- 2");
  await reassignPerson(scopeOf(project), { ref: "u:ada", accountId: "acme" }, atMinute(50));
  expect(await settled(project)).toContain("acme ada event 1- 5");
});

test("the newest unassign or reassign wins in any order of arrival; an unknown ref or id is a 404", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(project, assigned(1, "ada", "acme"));
  await refreshEverything(project);
  await reassignPerson(scopeOf(project), { ref: "u:ada", accountId: "acme" }, atMinute(30));
  await unassignPerson(scopeOf(project), { ref: "u:ada", accountId: "acme" }, atMinute(20));
  expect(await settled(project)).toEqual(["acme ada event 1- 0"]);
  await expect(unassignPerson(scopeOf(project), { ref: "u:eve", accountId: "acme" })).rejects.toMatchObject({
    code: "not_found",
    field: "ref",
  });
  await expect(unassignPerson(scopeOf(project), { ref: "u:ada", accountId: "beta" })).rejects.toMatchObject({
    code: "not_found",
    field: "accountId",
  });
});

test("repeating a property does not undo unassigning; changing it does", async () => {
  const project = await makeModelProject(pool());
  await pool().query("UPDATE projects SET account_property = 'company' WHERE id = $1", [project.id]);
  await applyOperations(project, identified(1, "ada", { company: "acme" }));
  await refreshEverything(project);
  await unassignPerson(scopeOf(project), { ref: "u:ada", accountId: "acme" }, atMinute(10));
  await applyOperations(project, identified(20, "ada", { company: "acme" }));
  expect(await settled(project)).toEqual(["acme ada property 1-10 1"]);
  await applyOperations(
    project,
    identified(30, "ada", { company: "beta" }),
    identified(40, "ada", { company: "acme" }),
  );
  expect(await settled(project)).toEqual(["acme ada property 1- 2", "beta ada property 30-40 1"]);
});

test("merging counts events for both accounts once; unmerging restores both", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    described(1, "acme", { name: "Acme", properties: { plan: "free", seats: 3 } }),
    described(2, "acme-2", { name: "Acme Inc", properties: { plan: "pro" } }),
    makeEvent(3, { user: "ada", groups: ["acme"] }),
    makeEvent(4, { user: "ada", groups: ["acme", "acme-2"] }),
    makeEvent(5, { user: "bob", groups: ["acme-2"] }),
  );
  const apart = await settled(project);
  expect(apart).toEqual(["acme ada event 3- 2", "acme-2 ada event 4- 1", "acme-2 bob event 5- 1"]);
  const factsApart = await factsOf(project.id);
  await changeAccountMerge(scopeOf(project), ["acme-2", "acme"], true);
  expect(await settled(project)).toEqual(["acme ada event 3- 2", "acme bob event 5- 1"]);
  expect(await factsOf(project.id)).toEqual([
    { account_id: "acme", name: "Acme Inc", type: null, properties: { plan: "pro", seats: 3 } },
  ]);
  expect(await requireAccount(scopeOf(project), "acme-2")).toEqual({ canonical: "acme", ids: ["acme", "acme-2"] });
  await changeAccountMerge(scopeOf(project), ["acme", "acme-2"], false);
  expect(await settled(project)).toEqual(apart);
  expect(await factsOf(project.id)).toEqual(factsApart);
});

test("properties are set and unset like by group, with their history; errors name a limit or a denied property", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(project, described(1, "acme", { name: "Acme", properties: { plan: "free", seats: 3 } }));
  await changeAccount(scopeOf(project), "acme", { name: "ACME", properties: { plan: "pro", seats: null } });
  await refreshEverything(project);
  expect(await factsOf(project.id)).toEqual([
    { account_id: "acme", name: "ACME", type: null, properties: { plan: "pro" } },
  ]);
  // Late, and older than the current value: no change, but part of the history.
  await applyOperations(project, described(0, "acme", { properties: { plan: "trial" } }));
  await applyOperations(project, described(2, "acme", { properties: { plan: "pro" } }));
  const { rows } = await pool().query(
    "SELECT key, value FROM account_changes WHERE project_id = $1 AND key = 'properties.plan' ORDER BY ts, id",
    [project.id],
  );
  expect(rows.map(({ value }) => value)).toEqual(["trial", "free", "pro"]);
  await refreshEverything(project);
  expect((await factsOf(project.id))[0]).toMatchObject({ properties: { plan: "pro" } });
  await pool().query("UPDATE projects SET denied_properties = '{card}' WHERE id = $1", [project.id]);
  for (const properties of [{ card: "4111" }, { note: "x".repeat(70_000) }] as JsonObject[])
    await expect(changeAccount(scopeOf(project), "acme", { properties })).rejects.toMatchObject({
      code: "unprocessable",
      field: "properties",
    });
  await expect(changeAccount(scopeOf(project), "beta", { name: "x" })).rejects.toMatchObject({ code: "not_found" });
});

test("an erased account is gone at once, even for late data; newer evidence starts a new one", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    described(1, "acme", { name: "Acme", properties: { plan: "free" } }),
    makeEvent(3, { user: "ada", groups: ["acme"] }),
    makeEvent(5, { user: "ada", groups: ["beta"] }),
  );
  await refreshEverything(project);
  await eraseAccount(scopeOf(project), "acme", atMinute(10));
  expect((await factsOf(project.id)).map((row) => row.account_id)).toEqual(["beta"]);
  await expect(requireAccount(scopeOf(project), "acme")).rejects.toMatchObject({ code: "not_found" });
  expect(await settled(project), "its people's activity for it, by the job").toEqual(["beta ada event 5- 1"]);
  await applyOperations(
    project,
    described(9, "acme", { name: "Late" }),
    makeEvent(10, { user: "ada", groups: ["acme"] }),
    assigned(4, "bob", "acme"),
  );
  expect(await settled(project)).toEqual(["beta ada event 5- 1"]);
  expect((await factsOf(project.id)).map((row) => row.account_id)).toEqual(["beta"]);
  const { rows } = await pool().query("SELECT 1 FROM account_members WHERE project_id = $1 AND account_id = 'acme'", [
    project.id,
  ]);
  expect(rows).toEqual([]);
  await applyOperations(
    project,
    described(8, "acme", { name: "Late again" }),
    described(12, "acme", { properties: { plan: "new" } }),
    makeEvent(13, { user: "ada", groups: ["acme"] }),
  );
  expect(await settled(project)).toEqual(["acme ada event 13- 1", "beta ada event 5- 1"]);
  expect((await factsOf(project.id))[0]).toEqual({
    account_id: "acme",
    name: null,
    type: null,
    properties: { plan: "new" },
  });
});
