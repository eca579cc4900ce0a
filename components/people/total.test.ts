import { expect, test } from "vitest";
import { formatPeople, whichPeople } from "./total";

test.each([
  ["people who did export in the last 14 days", "12 people who did export in the last 14 days"],
  ["people on plan pro", "12 people on plan pro"],
  ["identified people on plan pro", "12 people: identified people on plan pro"],
  ["everyone", "12 people: everyone"],
  ["a list of people", "12 people: a list of people"],
])("how many, then which: %s", (words, sentence) => {
  expect(formatPeople({ count: 12, exact: true }) + whichPeople(words)).toBe(sentence);
});
