import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { makeProject } from "@/tests/identity/run";
import { apply, identified, materialized, operation, rebuild, settle } from "./support";

const groups = ["acme"];
async function team() {
  const project = await makeProject(pool());
  await apply(
    project,
    identified(1, "ada", { email: "ada@acme.com" }),
    identified(1, "bob", { email: "Bob@mail.Ours.example" }),
    identified(1, "eve", { role: "staff" }),
    ...["ada", "bob", "eve"].map((user) => operation(2, { user, groups, revenue: 100 })),
    operation(3, { user: "eve", groups: ["test"] }),
  );
  await settle(project);
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
] as const)("%j leaves out %j, and is undone as easily", async (settings, people, counted) => {
  const project = await team();
  expect(await accounts(project.id)).toEqual(ALL);
  const before = await materialized(project.id);
  const scope = grantScope(project.id, "member:test");
  await updateProject(scope, settings);
  await settle(project);
  expect(await internal(project.id)).toEqual(people);
  expect(await accounts(project.id)).toEqual(counted);
  const marked = await materialized(project.id);
  await rebuild(project.id);
  expect(await materialized(project.id)).toEqual(marked);
  await updateProject(scope, { internalPeople: [], internalDomains: [], internalProperties: [] });
  await settle(project);
  expect(await internal(project.id)).toEqual([]);
  expect(await materialized(project.id)).toEqual(before);
});

test("an entry that is not a domain or a property's value is rejected, naming it", async () => {
  const { id } = await makeProject(pool());
  const scope = grantScope(id, "member:test");
  for (const [field, entry] of [
    ["internalDomains", "our company"],
    ["internalProperties", "staff"],
    ["internalProperties", "=x"],
  ] as const)
    await expect(updateProject(scope, { [field]: [entry] })).rejects.toMatchObject({ code: "unprocessable" });
});
