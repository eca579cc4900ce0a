import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CODE_FLOWS } from "../scripts/structure/flows";
import { files, ROOT, readSource, sources } from "../scripts/structure/sources";
import { APP_RULES } from "./architecture/app";
import { COMPONENT_RULES } from "./architecture/components";
import { CONTENT_RULES } from "./architecture/content";
import { IMPORT_RULES } from "./architecture/imports";
import { OWN_TEAM_RULES } from "./architecture/own-team";
import { PEOPLE_RULES } from "./architecture/people";
import type { Rule } from "./architecture/rule";

/**
 * The rules that keep the code as docs/architecture.md shows it: architecture/imports.ts (who may import whom),
 * content.ts (what belongs where), own-team.ts (whom counts leave out), people.ts (how people are encoded), app.ts and
 * components.ts (what a page and a component may do). A failure says where the line belongs.
 */
test("there is something to check", () => {
  expect(sources.length).toBeGreaterThan(50);
});

const RULES: readonly Rule[] = [
  ...IMPORT_RULES,
  ...CONTENT_RULES,
  ...APP_RULES,
  ...COMPONENT_RULES,
  ...OWN_TEAM_RULES,
  ...PEOPLE_RULES,
];

for (const { guarantee, advice, breaches } of RULES) {
  test(guarantee, () => expect(breaches(), advice).toEqual([]));
}

test("every script of package.json works on a fresh clone: its entry file installs and generates what it needs", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const ENTRY = /^(?:exec )?node (?:--\S+ )*(scripts\/(?:start|test|tool)\.mjs)(?: |$)/;
  const steps = Object.entries(scripts).flatMap(([name, script]) =>
    script.split(" && ").map((step) => ({ name, step })),
  );
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.filter(({ step }) => !ENTRY.test(step))).toEqual([]);
  for (const entry of new Set(steps.map(({ step }) => ENTRY.exec(step)?.[1] ?? ""))) {
    // Before the install there is only Node, and plain files that need nothing else.
    const reached = new Set([entry]);
    for (const file of reached)
      for (const [, name = ""] of readSource(file).matchAll(/^import .* from "([^"]+)"/gm))
        reached.add(name.startsWith("./") ? join("scripts", name) : name);
    expect(
      [...reached].filter((name) => !/^node:|^scripts\/[\w-]+\.mjs$/.test(name)),
      entry,
    ).toEqual([]);
    expect(readSource(entry), entry).toContain("await installIfStale()");
  }
  const named = steps.flatMap(({ step }) => /tool\.mjs (\S+)/.exec(step)?.[1] ?? []);
  const path = (name: string) => (name.includes("/") ? name : `scripts/${name}.ts`);
  expect(named.filter((name) => !["vitest", "playwright"].includes(name) && !files.includes(path(name)))).toEqual([]);
});

test("the flows that `npm run structure` reads start at their declared entries", () => {
  const gone = CODE_FLOWS.filter(
    ({ entry }) => !new RegExp(`\\b(?:function|const) ${entry.function}\\b`).test(readSource(entry.file)),
  );
  expect(
    gone.map(({ entry }) => entry),
    "name the new entry in scripts/structure/flows.ts",
  ).toEqual([]);
});
