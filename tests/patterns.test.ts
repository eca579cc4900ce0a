import { expect, test } from "vitest";
import { allPatterns, DYNAMIC, foundPatterns } from "./support/patterns";

test("every pattern is found, and those built at run time are listed", () => {
  expect(allPatterns.length).toBeGreaterThan(120);
  expect(
    foundPatterns
      .filter((one) => one.dynamic > 0)
      .map((one) => one.file)
      .sort(),
  ).toEqual(Object.keys(DYNAMIC).sort());
});
