import { expect, test } from "vitest";
import type { AccountRule, AccountTest, Condition, Rule, RuleWindow } from "@/lib/segments/rule";
import { fromAccountTest, fromCondition, toAccountRule, toAccountTest, toCondition, toDraft, toRule } from "./draft";
import { draftCondition, draftGroup } from "./draft-types";

const CONDITIONS: Condition[] = [
  { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro", "team"] },
  { kind: "property", key: "company.name", type: "text", is: "startsWith", value: "Ac" },
  { kind: "property", key: "seats", type: "number", is: "ge", value: 0.5 },
  { kind: "property", key: "seats", type: "number", is: "between", min: -1, max: 10 },
  { kind: "property", key: "renewal", type: "date", is: "before", at: "2026-03-12" },
  { kind: "property", key: "renewal", type: "date", is: "inLast", days: 14 },
  { kind: "property", key: "admin", type: "boolean", is: "true" },
  { kind: "property", key: "tags", type: "list", is: "hasAll", values: ["beta"] },
  { kind: "property", key: "plan", type: "any", is: "notSet" },
  { kind: "fact", field: "country", is: "noneOf", values: ["DE"] },
  { kind: "fact", field: "email", is: "contains", value: "@acme" },
  { kind: "fact", field: "city", is: "set" },
  { kind: "time", field: "lastSeen", is: "notInLast", days: 30 },
  { kind: "time", field: "firstSeen", is: "since", at: "2026-01-01" },
  { kind: "count", field: "sessions", is: "exactly", n: 0 },
  { kind: "count", field: "activeDays90", is: "atLeast", n: 23 },
  { kind: "identified", is: false },
  { kind: "quiet", is: true },
  { kind: "search", text: "acme" },
  { kind: "segment", is: "notIn", id: "0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee" },
  { kind: "account", is: "in", ids: ["acme"] },
  { kind: "whose", test: { of: "health", is: "oneOf", values: ["quiet", "gone"] } },
  { kind: "whose", test: { of: "people", is: "atLeast", n: 10 } },
  { kind: "whose", test: { of: "name", is: "contains", value: "acme" } },
  { kind: "whose", test: { of: "domain", is: "noneOf", values: ["acme.example"] } },
  {
    kind: "whose",
    test: { of: "property", test: { kind: "property", key: "seats", type: "number", is: "gt", value: 5 } },
  },
  { kind: "whose", test: { of: "property", test: { kind: "property", key: "plan", type: "any", is: "notSet" } } },
  { kind: "did", event: "export", is: "atLeast", n: 1, where: [], window: { days: 14 } },
  { kind: "did", event: "export", is: "exactly", n: 0, where: [], window: { ever: true } },
  {
    kind: "did",
    event: "export",
    is: "atMost",
    n: 3,
    where: [],
    window: { since: "2026-01-01", before: "2026-02-01" },
  },
  {
    kind: "did",
    event: "export",
    is: "exactly",
    n: 2,
    where: [{ kind: "property", key: "rows", type: "number", is: "gt", value: 100 }],
    window: { since: "2026-01-01" },
  },
  { kind: "firstDid", event: "export", window: { days: 7 } },
  { kind: "firstDid", event: "export", window: { within: 7, of: "signedUp" } },
  { kind: "time", field: "signedUp", is: "beforeFirstSeen" },
  { kind: "time", field: "signedUp", is: "within", window: { within: 30, after: 7, of: "firstSeen" } },
  { kind: "active", of: "visits", is: "atLeast", n: 3, window: { within: 7, of: "firstSeen" } },
  {
    kind: "didAny",
    is: "atLeast",
    n: 1,
    where: [{ kind: "property", key: "$hour", type: "number", is: "between", min: 6, max: 11 }],
    window: { days: 30 },
  },
  { kind: "did", event: "export", is: "exactly", n: 0, where: [], window: { within: 1, of: { event: "invite" } } },
];

test.each(CONDITIONS.map((one) => [JSON.stringify(one), one] as const))("%s survives being edited", (_text, one) => {
  expect(toCondition(fromCondition(one))).toEqual([one]);
});

const TESTS: AccountTest[] = [
  { of: "health", is: "noneOf", values: ["gone"] },
  { of: "warning", is: "oneOf", values: ["atRisk", "championQuiet"] },
  { of: "state", is: "oneOf", values: ["slipping", "dormant"], on: "2026-03-12" },
  { of: "state", is: "noneOf", values: ["active"] },
  { of: "trend", is: "atMost", n: -2.5 },
  { of: "revenue", is: "atLeast", n: 99.5 },
  { of: "risk", is: "atLeast", n: 50 },
  { of: "lastSeen", is: "notInLast", days: 10 },
  { of: "firstSeen", is: "since", at: "2026-01-01" },
  { of: "type", is: "set" },
  { of: "id", is: "oneOf", values: ["acme"] },
  { of: "search", text: "acme" },
  { of: "segment", is: "in", id: "0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee" },
  { of: "did", event: "export", is: "atLeast", n: 5, where: [], window: { within: 7, of: "signedUp" } },
  { of: "firstDid", event: "export", window: { days: 7 } },
  {
    of: "members",
    is: "exactly",
    n: 0,
    who: [
      { kind: "property", key: "role", type: "text", is: "oneOf", values: ["admin"] },
      { kind: "time", field: "lastSeen", is: "inLast", days: 10 },
    ],
  },
  {
    of: "members",
    is: "atLeast",
    n: 3,
    who: [{ kind: "did", event: "export", is: "atLeast", n: 1, where: [], window: { days: 14 } }],
  },
];

test.each(TESTS.map((one) => [JSON.stringify(one), one] as const))(
  "the test %s survives being edited",
  (_text, one) => {
    expect(toAccountTest(fromAccountTest(one))).toEqual([one]);
    expect(toCondition(fromCondition({ kind: "whose", test: one }))).toEqual([{ kind: "whose", test: one }]);
  },
);

test("a rule over accounts keeps its shape, without people nobody is asked about", () => {
  const [a, b] = TESTS as [AccountTest, AccountTest];
  const rule: AccountRule = { kind: "or", of: [a, { kind: "and", of: [b, a] }] };
  expect(toAccountRule(toDraft(rule))).toEqual(rule);
  const anybody = { ...draftCondition({ kind: "whose", of: "members" }, "atLeast"), text: "3" };
  expect(toAccountTest(anybody)).toBeNull();
});

test("groups keep their shape", () => {
  const [a, b, c] = CONDITIONS as [Condition, Condition, Condition];
  const rule: Rule = { kind: "or", of: [a, { kind: "and", of: [b, { kind: "or", of: [c, a] }] }] };
  expect(toRule(toDraft(rule))).toEqual(rule);
});

test("incomplete conditions, and groups of only those, are left out", () => {
  const started = draftCondition({ kind: "property", key: "plan", type: "text" }, "oneOf");
  const group = draftGroup("and", [
    started,
    draftGroup("or", [draftCondition()]),
    fromCondition(CONDITIONS[0] as Condition),
  ]);
  expect(toRule(group)).toEqual({ kind: "and", of: [CONDITIONS[0]] });
});

test.each([
  ["longer than ten years", { within: 3_651, of: "firstSeen" }],
  ["that ends before it begins", { within: -5, after: 30, of: "firstSeen" }],
  ["the first of no event", { within: 7, of: { event: "" } }],
] as const)("a window of a life %s is incomplete", (_what, window) => {
  expect(toCondition(fromCondition({ kind: "firstDid", event: "export", window: window as RuleWindow }))).toBeNull();
});

test.each([
  ["an invalid day", { kind: "property", key: "renewal", type: "date" } as const, "before", "2026-02-31"],
  ["a word for a number", { kind: "property", key: "seats", type: "number" } as const, "eq", "many"],
  ["no days", { kind: "time", field: "lastSeen" } as const, "inLast", "0"],
  ["a fraction of a session", { kind: "count", field: "sessions" } as const, "atLeast", "1.5"],
])("%s is incomplete", (_what, field, op, text) => {
  expect(toCondition({ ...draftCondition(field, op), text })).toBeNull();
});

test("a whole number that a double would change is asked for by its digits", () => {
  const draft = (op: string, text: string) => ({
    ...draftCondition({ kind: "property", key: "n", type: "number" }, op),
    text,
  });
  expect(toCondition(draft("eq", "9007199254740993"))).toEqual([
    { kind: "property", key: "n", type: "text", is: "oneOf", values: ["9007199254740993"] },
  ]);
  expect(toCondition(draft("ne", "-12345678901234567890"))).toEqual([
    { kind: "property", key: "n", type: "text", is: "noneOf", values: ["-12345678901234567890"] },
  ]);
  expect(toCondition(draft("eq", "12.50"))).toEqual([
    { kind: "property", key: "n", type: "number", is: "eq", value: 12.5 },
  ]);
});
