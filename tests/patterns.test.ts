import { expect, test } from "vitest";
import { all, DYNAMIC, found } from "./support/patterns";

test("every pattern is found, and those built at run time are listed", () => {
  expect(all.length).toBeGreaterThan(120);
  expect(
    found
      .filter((one) => one.dynamic > 0)
      .map((one) => one.file)
      .sort(),
  ).toEqual(Object.keys(DYNAMIC).sort());
});
