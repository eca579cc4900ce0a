import { expect, test } from "vitest";
import { type ComparedRow, type CountedMean, type CountedShare, compareRows } from "./compared-rows";
import { differenceOf, labelOf, sentenceOf, windowText } from "./sentences";

const GROUPS = { a: { label: "retained people" }, b: { label: "churned people" } };
const named = (name: string) => name.replaceAll("_", " ");
const life = { pair: { pair: "retained" }, counted: { of: "firstSeen", days: 7 } } as const;

const compared = (shares: CountedShare[], means: CountedMean[] = []): ComparedRow => {
  const { clear, unclear } = compareRows(shares, means);
  return [...clear, ...unclear][0] as ComparedRow;
};
const share = (subject: Pick<CountedShare, "kind" | "key" | "property" | "value">, a: number, b: number) =>
  compared([{ ...subject, a: { had: a, people: 1_000 }, b: { had: b, people: 1_000 } }]);
const sentence = (row: ComparedRow) => sentenceOf(row, GROUPS, windowText(life), named);

test("a share names both sides, the difference in points and its interval", () => {
  const row = share({ kind: "event", key: "recipe_created" }, 720, 310);
  expect(sentence(row)).toBe(
    "72 % of retained people did “recipe created” in their first week, 31 % of churned people: 41 points more (37 to 45).",
  );
  expect(differenceOf(row)).toBe("+41 points (37 to 45)");
});

test("a decrease is called fewer, with the interval the right way round", () => {
  const row = share({ kind: "place", key: "$country", value: "DE" }, 100, 300);
  expect(sentence(row)).toBe(
    "10 % of retained people were in Germany in their first week, 30 % of churned people: 20 points fewer (17 to 23).",
  );
  expect(differenceOf(row)).toBe("−20 points (−23 to −17)");
});

test.each([
  [{ kind: "eventProperty", key: "import", property: "by", value: "photo" }, "did “import” with by photo in their"],
  [{ kind: "eventProperty", key: "view", property: "$path", value: "/a" }, "did “view” with page /a in their"],
  [{ kind: "property", key: "plan", value: "pro" }, "have plan pro,"],
  [{ kind: "origin", key: "source", value: "Google" }, "came from Google,"],
  [{ kind: "origin", key: "landingPage", value: "/" }, "began on /,"],
  [{ kind: "place", key: "$device", value: "mobile" }, "were on mobile in their first week,"],
  [{ kind: "activity", key: "visits", value: "3" }, "visited 3 times or more in their first week,"],
  [{ kind: "activity", key: "days", value: "2" }, "were active on 2 days or more in their first week,"],
  [{ kind: "activity", key: "hour", value: "1" }, "were active between 6:00 and 12:00 UTC in their first week,"],
] as const)("%j is a clause", (subject, words) => {
  expect(sentence(share(subject, 500, 100))).toContain(`50 % of retained people ${words}`);
  expect(labelOf(subject, named).label).not.toBe("");
});

test("a mean has its unit", () => {
  const mean = (value: number) => ({ mean: value, variance: 4, people: 400 });
  const row = compared([], [{ kind: "activity", key: "visits", a: mean(4.2), b: mean(1.6) }]);
  expect(sentence(row)).toBe(
    "On average retained people visited 4.2 times in their first week, churned people 1.6: 2.6 more (2.3 to 2.9).",
  );
});

test.each([
  [{ of: "firstSeen", days: 1 }, "in their first day"],
  [{ of: "signedUp", days: 30 }, "in the first 30 days after signing up"],
  [{ before: "2026-10-01", days: 7 }, "in the 7 days before 1 Oct 2026"],
] as const)("%j in words", (counted, words) => {
  expect(windowText({ ...life, counted })).toBe(words);
});
