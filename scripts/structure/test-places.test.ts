import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LAYERS } from "./layers";
import { files, ROOT } from "./sources";

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
