import { expect, test } from "vitest";
import { writeAccountFacts } from "@/lib/accounts/facts.store";
import { pool, transaction } from "@/lib/db/pool";
import { changeAccountMerge } from "@/lib/ingest/corrections/accounts";
import { grantScope } from "@/lib/scope";
import { makeModelProject } from "../identity/run";
import { applyOperations, atMinute, described, refreshEverything } from "./support";

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

test.each(ORDERS)("a value sent again beats an older one that arrives late (order %i, %i, %i)", async (...order) => {
  const project = await makeModelProject(pool());
  const sent = [
    described(1, "acme", { name: "Acme", properties: { plan: "pro" } }),
    described(3, "acme", { name: "Umbrella", properties: { plan: "free" } }),
    described(5, "acme", { name: "Acme", properties: { plan: "pro" } }),
  ];
  for (const i of order) await applyOperations(project, ...sent.slice(i, i + 1));
  const { rows } = await pool().query("SELECT name, properties FROM accounts WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ name: "Acme", properties: { plan: "pro" } }]);
});

test("a value sent again for one of two merged ids beats the other's older one", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(
    project,
    described(1, "a", { properties: { plan: "pro" } }),
    described(2, "b", { properties: { plan: "x" } }),
  );
  await changeAccountMerge(grantScope(project.id, "member:test"), ["a", "b"], true, atMinute(3));
  const plan = async () => {
    await refreshEverything(project);
    const { rows } = await pool().query<{ properties: { plan: string } }>(
      "SELECT properties FROM account_facts WHERE project_id = $1",
      [project.id],
    );
    return rows.map(({ properties }) => properties.plan);
  };
  expect(await plan()).toEqual(["x"]);
  await applyOperations(project, described(4, "a", { properties: { plan: "pro" } }));
  expect(await plan()).toEqual(["pro"]);
});

test("what a search of accounts reads does not depend on the order of rows, which depends on the plan", async () => {
  const project = await makeModelProject(pool());
  for (const id of ["a", "b", "c"])
    await applyOperations(project, described(1, id, { properties: { [`of ${id}`]: `value of ${id}` } }));
  const scope = grantScope(project.id, "member:test");
  await changeAccountMerge(scope, ["a", "b"], true, atMinute(3));
  await changeAccountMerge(scope, ["a", "c"], true, atMinute(4));
  await refreshEverything(project);
  const searched = async () => {
    const { rows } = await pool().query("SELECT search_text FROM account_facts WHERE project_id = $1", [project.id]);
    return rows.map((row) => row.search_text);
  };
  const before = await searched();
  await transaction(pool(), async (tx) => {
    const query = async (statement: never) => {
      const answer = await tx.query(statement);
      return { ...answer, rows: answer.rows.toReversed() };
    };
    await writeAccountFacts({ ...tx, query } as never, project.id, ["a"], atMinute(60 * 24));
  });
  expect(before).toHaveLength(1);
  expect(await searched()).toEqual(before);
});
