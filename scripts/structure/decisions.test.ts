import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decisionsPage, misplacedDecisions } from "./decisions";
import { ROOT } from "./sources";

test("each decision has one subject", () => {
  expect(misplacedDecisions(), "SUBJECTS in scripts/structure/decisions.ts").toEqual([]);
});

test("docs/decisions/README.md lists all decisions: npm run decisions", () => {
  expect(readFileSync(join(ROOT, "docs/decisions/README.md"), "utf8")).toBe(decisionsPage());
});
