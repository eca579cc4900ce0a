import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeOf, ROOT, sources } from "./sources";

/**
 * Each table has one writing feature, so that its rules are in one place with its erasure next to them. A second writer
 * is listed with the reason why one statement must write both.
 */
const SHARED: Record<string, string[]> = {
  // A new user id creates its person in the statement that creates the identity, on the hot path.
  profiles: ["lib/identity", "lib/profiles"],
  profile_stats: ["lib/identity", "lib/profiles"],
  // A new account is counted in the statement that creates it.
  project_usage: ["lib/accounts", "lib/projects"],
};

/** Write to tables that the catalogue names, any of those with a project_id. */
const WRITE_ANY_TABLE = [
  // A project is erased with everything in it, so that a new table is never forgotten.
  "lib/privacy/erase-project.store.ts",
];

const schema = readFileSync(join(ROOT, "prisma", "schema.prisma"), "utf8");
/** Tables by the name of their model in the Prisma client. */
const tables = new Map(
  [...schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)].map(([, model = "", body = ""]) => [
    `${model.slice(0, 1).toLowerCase()}${model.slice(1)}`,
    /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model,
  ]),
);

const WRITE = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)\b(?!\s*=)/g;
const PRISMA_WRITE = /\b(?:prisma\(\)|tx|db|client)\s*\.(\w+)\s*\.(?:create|update|upsert|delete)/g;

/** "lib/privacy/erase-jobs.store.ts" → "lib/privacy". */
const featureOf = (path: string): string => path.split("/").slice(0, 2).join("/");

function writers(): Map<string, Set<string>> {
  const names = new Set(tables.values());
  const found = new Map<string, Set<string>>();
  for (const path of sources.filter((each) => each.startsWith("lib/"))) {
    const text = codeOf(path);
    const written = [
      ...[...text.matchAll(WRITE)].map(([, table = ""]) => table),
      ...[...text.matchAll(PRISMA_WRITE)].map(([, model = ""]) => tables.get(model) ?? ""),
    ];
    for (const table of written.filter((each) => names.has(each))) {
      found.set(table, (found.get(table) ?? new Set()).add(featureOf(path)));
    }
  }
  return found;
}

test("each table is written by one feature", () => {
  const shared = [...writers()]
    .filter(([, features]) => features.size > 1)
    .map(([table, by]) => [table, [...by].sort()]);
  expect(Object.fromEntries(shared)).toEqual(SHARED);
});

test("a table that is not named is written where a whole project is erased", () => {
  const unnamed = /\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+\$\{/;
  expect(sources.filter((path) => path.startsWith("lib/") && unnamed.test(codeOf(path)))).toEqual(WRITE_ANY_TABLE);
});

test("every table has a writer", () => {
  const found = writers();
  expect(tables.size).toBeGreaterThan(30);
  const unwritten = [...tables.values()].filter((table) => !found.has(table));
  expect(unwritten.sort()).toEqual([]);
});
