import { expect, test } from "vitest";
import { tablesInSchema } from "../statements/tables";
import { planDistribution } from "./plan";
import type { DatabaseState } from "./state.queries";

const READY: DatabaseState = {
  available: true,
  extension: true,
  workers: 2,
  migrations: new Set(["1_init"]),
  distributed: new Map(),
  foreignKeys: [
    { from: "passkeys", to: "members" },
    { from: "clients", to: "projects" },
    { from: "projects", to: "organizations" },
  ],
  others: 0,
};
const schema = tablesInSchema();
const plan = (state: Partial<DatabaseState> = {}) => planDistribution({ ...READY, ...state }, schema, ["1_init"]);

test("every table is spread by project or copied to each node, after those it refers to; shared levels and log-ins stay", () => {
  const { steps, done } = plan();
  const tables = steps.map(({ table }) => table);
  expect(done).toBe(0);
  expect([...tables, "log_ins", "shared_meters"].sort()).toEqual([...schema.all].sort());
  for (const { from, to } of READY.foreignKeys) expect(tables.indexOf(to), to).toBeLessThan(tables.indexOf(from));
  const spread = steps.filter(({ statement }) => statement.includes("create_distributed_table"));
  expect(new Set(spread.map(({ table }) => table))).toEqual(schema.sharded);
  expect(spread[0]?.statement).toBe("SELECT create_distributed_table('identities', 'project_id')");
  for (const { table, statement } of spread.slice(1))
    expect(statement).toBe(`SELECT create_distributed_table('${table}', 'project_id', colocate_with => 'identities')`);
});

test("an interrupted run resumes with the remaining tables", () => {
  const { steps, done } = plan({
    distributed: new Map([
      ["identities", "distributed"],
      ["members", "reference"],
    ]),
  });
  expect(done).toBe(2);
  expect(steps.map(({ table }) => table)).not.toContain("members");
  expect(plan().steps).toHaveLength(steps.length + 2);
});

test.each<[string, Partial<DatabaseState>, RegExp]>([
  ["no Citus", { available: false, extension: false }, /has no Citus/],
  ["no extension", { extension: false }, /CREATE EXTENSION citus/],
  ["no worker", { workers: 0 }, /knows no worker/],
  ["migrations missing", { migrations: new Set() }, /lacks 1 migrations/],
  ["the app running", { others: 3 }, /3 connections/],
  ["a table of the wrong kind", { distributed: new Map([["events", "reference"]]) }, /events is a reference table/],
  [
    "shared levels copied by an older version",
    { distributed: new Map([["shared_meters", "reference"]]) },
    /a local one/,
  ],
  [
    "a cycle",
    {
      foreignKeys: [
        { from: "projects", to: "members" },
        { from: "members", to: "projects" },
      ],
    },
    /cycle/,
  ],
])("refuses %s in one sentence", (_what, state, why) => {
  expect(() => plan(state)).toThrow(why);
});
