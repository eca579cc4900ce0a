import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MASKED_TABLES } from "./masked-tables";

/** Expressions by column of a table; "" is a condition on its rows. */
type Masks = Record<string, Record<string, string>>;

const folder = join(import.meta.dirname, "../../prisma/migrations");

/** Each list that a migration passed to make_masked_views, oldest first: the newest replaces all earlier ones. */
const lists = readdirSync(folder)
  .sort()
  .flatMap((name): Masks[] => {
    const file = join(folder, name, "migration.sql");
    const [, list] = (existsSync(file) && /\$masks\$(.*)\$masks\$/s.exec(readFileSync(file, "utf8"))) || [];
    return list === undefined ? [] : [JSON.parse(list)];
  });

const entriesOf = (masks: Masks) =>
  Object.entries(masks).flatMap(([table, columns]) =>
    Object.entries(columns).map(([column, expression]) => ({ at: `${table}.${column}`, expression })),
  );

/** Of each column, the last expression that was new when a list had it. */
function newestOf(all: readonly Masks[]): Map<string, string> {
  const known = new Map<string, string[]>();
  for (const { at, expression } of all.flatMap(entriesOf)) {
    const before = known.get(at) ?? [];
    if (!before.includes(expression)) known.set(at, [...before, expression]);
  }
  return new Map([...known].map(([at, expressions]) => [at, expressions.at(-1) as string]));
}

test("the newest list of masks has the newest mask of every column that was ever masked", () => {
  const newest = lists.at(-1) as Masks;
  expect(Object.fromEntries(entriesOf(newest).map(({ at, expression }) => [at, expression]))).toEqual(
    Object.fromEntries(newestOf(lists)),
  );
  expect(Object.keys(newest).sort()).toEqual([...MASKED_TABLES].sort());
});

test("a list that falls back to an older mask or omits a table is detected", () => {
  const [first, second] = [{ notes: { body: "a" }, alerts: { name: "a" } }, { notes: { body: "b" } }];
  expect(newestOf([first, second, first]).get("notes.body")).toBe("b");
  expect([...newestOf([first, second]).keys()]).toContain("alerts.name");
});
