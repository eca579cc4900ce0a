import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VERSIONS, versionsOf } from "./versions";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../..", path), "utf8");

test("each version of the table is installed", () => {
  const { devDependencies } = JSON.parse(read("package.json"));
  for (const { package: name, version, module } of VERSIONS) {
    expect(devDependencies[module]).toBe(module === name ? version : `npm:${name}@${version}`);
    expect(JSON.parse(read(`node_modules/${module}/package.json`)).version).toBe(version);
  }
});

const PAGES = [
  "docs/wire.md",
  "docs/guide/start.md",
  "lib/docs/pages.ts",
  "components/site/faq.tsx",
  "components/site/other-tools.tsx",
];

test.each(PAGES)("%s names each family", (page) => {
  const families = [...new Set(VERSIONS.map(({ family }) => family))];
  const text = read(page);
  expect(
    families.filter((family) => !text.includes(family)),
    `add them to ${page}`,
  ).toEqual([]);
});

test("each family has a row in W12 of docs/wire.md", () => {
  const missing = VERSIONS.filter(({ family }) => !read("docs/wire.md").includes(`\n| ${family} | `));
  expect(missing, "add a row to the table of W12 in docs/wire.md").toEqual([]);
});

test("docs/migrate/versions.md matches the table", () => {
  const names = [...new Set(VERSIONS.map((version) => version.package))];
  const table = names.map((name) => {
    const all = versionsOf(name);
    return `| ${all[0]?.family} | \`${name}\` | ${all.map(({ version }) => version).join(", ")} |`;
  });
  expect(
    read("docs/migrate/versions.md")
      .split("\n")
      .filter((line) => /^\| \w+ \| `/.test(line)),
  ).toEqual(table);
});
