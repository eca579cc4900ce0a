import { expect, test } from "vitest";
import { searchPatterns } from "./search-text.queries";

test.each([
  ["company 77", "% 77%"],
  ["77 Main Street", "%77 %"],
  ["Suite 40 floor 1234b east", "% 1234b %"],
  ["a 50%_x", "% 50\\%\\_x%"],
  ["company 7", null],
  ["company77", null],
  ["person4242", null],
  ["ada lovelace", null],
  ["77", null],
])("for %s the index looks up %s", (text, pattern) => {
  expect(searchPatterns(text).number).toBe(pattern);
});
