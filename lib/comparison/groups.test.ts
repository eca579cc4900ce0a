import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRule } from "@/lib/segments/decode-rule";
import { encodeRule } from "@/lib/segments/encode-rule";
import { type Condition, conditionsOf, isGroup, type RuleNode, type RuleWindow, ruleSchema } from "@/lib/segments/rule";
import { cases } from "@/tests/support/cases";
import {
  type ComparisonChoice,
  type ComparisonPair,
  choiceOf,
  choiceParams,
  choiceSchema,
  DATED_DAYS,
  LIFE_DAYS,
} from "./choice";
import { ROW_KINDS, type RowSubject } from "./compared-rows";
import { comparisonGroupsOf } from "./groups";
import { ruleOfRow } from "./rule-of-row";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 27);
const [A, B] = ["0190b0b0-0000-7000-8000-00000000000a", "0190b0b0-0000-7000-8000-00000000000b"];

const pairs: fc.Arbitrary<ComparisonPair> = fc.constantFrom<ComparisonPair>(
  { pair: "retained" },
  { pair: "power" },
  { pair: "signedUp" },
  { pair: "paying" },
  { pair: "converted", event: "order (paid), ~" },
  { pair: "segment", a: A },
  { pair: "segments", a: A, b: B },
);
const counted: fc.Arbitrary<ComparisonChoice["counted"]> = fc.oneof(
  fc.record({ of: fc.constantFrom("firstSeen" as const, "signedUp" as const), days: fc.constantFrom(...LIFE_DAYS) }),
  fc.record({ before: fc.constantFrom("2026-03-01", "2026-10-01"), days: fc.constantFrom(...DATED_DAYS) }),
);
const choices: fc.Arbitrary<ComparisonChoice> = fc
  .record({ pair: pairs, counted })
  .filter(({ pair, counted: how }) => !(pair.pair === "signedUp" && "of" in how && how.of === "signedUp"));

const subjects: fc.Arbitrary<RowSubject> = fc.constantFrom(...ROW_KINDS).map((kind): RowSubject => {
  if (kind === "activity") return { kind, key: "visits", value: "3" };
  if (kind === "origin") return { kind, key: "source", value: "Google (ads), ~" };
  if (kind === "place") return { kind, key: "$device", value: "mobile" };
  return { kind, key: "plan", property: "size", value: "a(b),c~" };
});

test("every group, and every group with a row, is a rule that fits into a URL", () => {
  fc.assert(
    fc.property(choices, subjects, fc.boolean(), (choice, subject, isIdentified) => {
      const { a, b, leftOut, window } = comparisonGroupsOf(choice, NOW, new Map(), isIdentified);
      for (const { rule } of [a, b, ...leftOut])
        for (const one of [rule, ruleOfRow(rule, subject, window)]) {
          expect(ruleSchema.safeParse(one).success, JSON.stringify(one)).toBe(true);
          expect(decodeRule(encodeRule(one))).toEqual(one);
        }
    }),
    { numRuns: cases(100) },
  );
});

/** [from, before) in days from the moment, or from the epoch; undefined for one that ends now. */
function span(window: RuleWindow): [number, number] | undefined {
  if ("within" in window) return [window.after ?? 0, (window.after ?? 0) + window.within];
  if (!("since" in window)) return undefined;
  const end = "before" in window ? Date.parse(window.before) / DAY_MS : Number.POSITIVE_INFINITY;
  return [Date.parse(window.since) / DAY_MS, end];
}

const all = (node: RuleNode): Condition[] => (isGroup(node) ? node.of.flatMap(all) : [node]);

test("the outcome that defines retained people never overlaps the window in which behaviour is counted", () => {
  fc.assert(
    fc.property(counted, (how) => {
      const { a, b, window } = comparisonGroupsOf({ pair: { pair: "retained" }, counted: how }, NOW, new Map(), false);
      const [, end] = span(window) as [number, number];
      for (const group of [a, b]) {
        const conditions = all(group.rule).filter((one) => one.kind === "active" && one.window !== window);
        const [outcome] = conditions.filter(
          (one) => JSON.stringify(Reflect.get(one, "window")) !== JSON.stringify(window),
        );
        const [from] = span(Reflect.get(outcome as object, "window") as RuleWindow) as [number, number];
        expect(from).toBeGreaterThanOrEqual(end);
      }
    }),
  );
});

test("people whose window is not over are in neither group", () => {
  fc.assert(
    fc.property(choices, (choice) => {
      const { a, b, leftOut } = comparisonGroupsOf(choice, NOW, new Map(), false);
      for (const { rule } of [a, b]) {
        const over = conditionsOf(rule).find((one) => one.kind === "time" && one.is === "before");
        expect(over, JSON.stringify(rule)).toBeDefined();
      }
      expect(leftOut.length).toBeGreaterThan(0);
    }),
  );
});

test("a choice survives the round trip through parameters", () => {
  fc.assert(
    fc.property(choices, (choice) => {
      expect(choiceOf(choiceSchema.parse(choiceParams(choice)))).toEqual(choice);
    }),
  );
});

test.each([
  ["2026-11-28", "segment", true],
  ["2026-11-27", "segment", false],
  ["2026-10-29", "retained", true],
  ["2026-10-28", "retained", false],
] as const)("before %s, %s people: refused %s", (before, pair, refused) => {
  const choice: ComparisonChoice = {
    pair: pair === "segment" ? { pair, a: A } : { pair },
    counted: { before, days: 7 },
  };
  const made = () => comparisonGroupsOf(choice, NOW, new Map(), false);
  if (refused) expect(made).toThrow(expect.objectContaining({ code: "bad_request", field: "date" }));
  else expect(made().a.rule.of.length).toBeGreaterThan(0);
});
