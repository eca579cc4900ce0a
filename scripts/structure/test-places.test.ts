import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { LAYERS, layerUnitOf } from "./layers";
import { files, importsOf, isTest, ROOT } from "./sources";

/**
 * A pure test is next to its file. One that needs a database is in tests/ under the name of the part it tests
 * ("tests/segments" for lib/segments); dialects are a part of ingest. The rest are whole systems and shared helpers.
 */
const PARTS = new Set<string>(LAYERS.flat().map((unit) => unit.replace(/^(?:lib|components)\//, "")));
const WHOLE = ["e2e", "ops", "chaos", "fuzz", "support", "architecture", "dialects"];

test("each folder of tests is named after the part of the code it tests", () => {
  const folders = readdirSync(join(ROOT, "tests")).filter((name) => statSync(join(ROOT, "tests", name)).isDirectory());
  expect(folders.filter((name) => !PARTS.has(name) && !WHOLE.includes(name))).toEqual([]);
});

/** Whether tests of a file belong in this folder: "auth" has those of lib/auth, components/auth and app/(auth). */
const isOf = (path: string, folder: string): boolean =>
  path.startsWith(`${folder}/`) || layerUnitOf(path).replace(/^.*\/|[()]/g, "") === folder;

/** A file's name without what it has in common with others; a route's and an index's is its folder's. */
function subjectOf(path: string): string {
  const name = basename(path).replace(/(?:\.(?:queries|store|types))?\.(?:tsx?|mjs)$/, "");
  return /^(?:page|route|layout|index)$/.test(name) ? basename(dirname(path)) : name;
}

/** Database tests, with the folder that names their part. */
const inParts = files
  .map((path) => ({ path, folder: /^tests\/([^/]+)\/.*\.test\.ts$/.exec(path)?.[1] ?? "" }))
  .filter(({ folder }) => folder !== "" && !WHOLE.includes(folder));

/** The names that tests in a folder may begin with. */
const subjectsOf = (part: string): string[] => files.filter((path) => !isTest(path) && isOf(path, part)).map(subjectOf);

/** What a test imports, also through helpers in its folder. */
function reached(path: string, folder: string, known = new Set<string>()): Set<string> {
  for (const file of importsOf(path).filter((file) => !known.has(file))) {
    known.add(file);
    if (file.startsWith(`tests/${folder}/`)) reached(file, folder, known);
  }
  return known;
}

/** Ingest runs the rules of these parts over what arrives, so their tests may call its engine alone. */
const RUN_BY_INGEST = ["accounts", "identity"];
const ENGINE = ["lib/ingest/store/batcher.ts", "lib/ingest/store/engine.ts"];

/** They load what they find in app/, and import nothing of it by name. */
const LOADING = ["tests/app/actions-cross-site.test.ts", "tests/app/actions.test.ts"];

test("a database test imports from the part whose folder it is in", () => {
  expect(inParts.length).toBeGreaterThan(150);
  const astray = inParts.filter(({ path, folder }) => {
    const sources = [...reached(path, folder)].filter((file) => !isTest(file));
    const engine = RUN_BY_INGEST.includes(folder) ? ENGINE : [];
    return !sources.some((file) => isOf(file, folder) || engine.includes(file));
  });
  expect(astray.map(({ path }) => path).sort()).toEqual(LOADING);
});

/** Tests that no one file is the subject of, or that still need a name. The list only gets shorter. */
const WITHOUT_SUBJECT = [
  "tests/accounts/fuzz.test.ts",
  "tests/accounts/retention.test.ts",
  "tests/api/headers.test.ts", // of every route
  "tests/identity/fuzz.test.ts",
  "tests/scope/crawl.test.ts", // every page, route and action
  "tests/segments/suggested-values.test.ts",
  "tests/timeline/members-lists.test.ts",
];

test("a database test's name begins with that of a file of its part", () => {
  const subjects = new Map([...new Set(inParts.map(({ folder }) => folder))].map((part) => [part, subjectsOf(part)]));
  const unnamed = inParts.filter(({ path, folder }) => {
    const name = basename(path, ".test.ts");
    return !subjects.get(folder)?.some((subject) => name === subject || name.startsWith(`${subject}-`));
  });
  expect(unnamed.map(({ path }) => path).sort()).toEqual(WITHOUT_SUBJECT);
});

/** Tests of what several files of a folder do together. */
const TOGETHER = [
  "components/timeline/landing.test.ts",
  "lib/ingest/dialects/hostile.test.ts",
  "lib/ingest/parse/message-times.test.ts",
  "lib/ingest/parse/retention.test.ts",
  "sdk/client-odd.test.ts",
];

test("a test beside a file is named after it", () => {
  const beside = files.filter((path) => /^(?:lib\/(?!docs)|components|app|sdk).*\.test\.tsx?$/.test(path));
  expect(beside.length).toBeGreaterThan(50);
  const unnamed = beside.filter((path) => {
    const subject = path.replace(/\.test\.tsx?$/, "");
    return !files.some((file) => file !== path && file.startsWith(`${subject}.`));
  });
  expect(unnamed.sort()).toEqual(TOGETHER);
});
