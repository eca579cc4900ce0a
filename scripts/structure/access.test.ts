import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { accessPage, entries, outdatedOpen } from "./access";
import { ROOT } from "./sources";

test("every page, route and action has a guard, or a reason to have none", () => {
  expect(entries().length).toBeGreaterThan(120);
  const bare = entries().filter(({ guards, open }) => guards.length === 0 && open === null);
  expect(bare.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  expect(outdatedOpen(), "these are gone: take them out of OPEN").toEqual([]);
});

test("entries declared open call no guard, and every guard that needs a permission names one", () => {
  const guarded = entries().filter(({ guards, open }) => guards.length > 0 && open !== null);
  expect(guarded.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  const unnamed = entries().filter(({ guards }) => guards.some((guard) => !guard.includes(" ")));
  expect(unnamed.map(({ file, name, guards }) => `${file} ${name}: ${guards}`)).toEqual([]);
});

test("docs/access.md matches the source: npm run access", () => {
  expect(readFileSync(join(ROOT, "docs/access.md"), "utf8")).toBe(accessPage());
});
