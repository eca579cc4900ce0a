import fc from "fast-check";
import { expect, test } from "vitest";
import { cases, someCases } from "@/tests/support/cases";
import { anyAccountRule, anyRule } from "../../tests/support/rules";
import { decodeAccountRule, decodeRule } from "./decode-rule";
import { encodeAccountRule, encodeRule } from "./encode-rule";
import { accountRuleSchema, EVERYONE, type Rule, ruleSchema } from "./rule";
import { accountRuleInWords, ruleInWords } from "./rule-text";

const ODD = ["", "a,b", "(x)", "~", "~_", "und & = ? # %20+", "ü☃😀", "a\nb", " ", "prop(a,b)", "yes"];
const words = {
  keys: ["plan", "address.city", "a(b),~c", " "],
  texts: ODD,
  numbers: [0, -1.5, 1e21, 0.1, 123_456_789],
  days: ["2026-03-12", "2026-03-12T09:30:00.000Z"],
  lastDays: [1, 14, 3_650],
  events: ["export", "Report, opened (x)"],
  facts: ODD,
  segments: ["018f3d2c-7b1e-7c4a-9d53-0e5a6f1b2c3d"],
  accounts: ["acme", "~"],
  states: ["2026-03-12"],
  searches: ["ada (x), ~", "a"],
};

test("any rule survives the round trip through a URL, whatever its words contain", () => {
  fc.assert(
    fc.property(anyRule(words), (rule) => {
      const parsed = ruleSchema.safeParse(rule);
      expect(parsed.success, JSON.stringify(rule)).toBe(true);
      const query = new URL(`http://x/?${new URLSearchParams({ filter: encodeRule(rule) })}`).searchParams.get(
        "filter",
      );
      expect(decodeRule(query as string)).toEqual(rule);
      expect(ruleInWords(rule)).not.toMatch(/undefined|NaN|\[object/);
    }),
    { numRuns: cases(someCases(700, 3_000)) },
  );
});

test("any rule over accounts survives the round trip through a URL and can be put into words", () => {
  const segments = { accountSegments: words.segments };
  fc.assert(
    fc.property(anyAccountRule({ ...words, ...segments }), (rule) => {
      const parsed = accountRuleSchema.safeParse(rule);
      expect(parsed.success, JSON.stringify(rule)).toBe(true);
      expect(decodeAccountRule(encodeAccountRule(rule))).toEqual(rule);
      expect(accountRuleInWords(rule)).not.toMatch(/undefined|NaN|\[object/);
    }),
    { numRuns: cases(someCases(500, 2_000)) },
  );
});

test("any text parses to a rule or null, never an error", () => {
  const text = fc.array(
    fc.constantFrom("and(", "prop(", "did(", ")", ",", "~", "plan", "text", "oneOf", "1", "last(", "ever"),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((parts) => parts.join("")),
        fc.string(),
      ),
      (given) => {
        const rule = decodeRule(given);
        if (rule) expect(decodeRule(encodeRule(rule))).toEqual(rule);
      },
    ),
    { numRuns: cases(someCases(700, 3_000)) },
  );
  expect(decodeRule("(".repeat(5_000))).toBeNull();
  expect(decodeRule("and(".repeat(2_000))).toBeNull();
});

const example: Rule = {
  kind: "and",
  of: [
    { kind: "identified", is: true },
    { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] },
    { kind: "did", event: "export", where: [], is: "exactly", n: 0, window: { days: 14 } },
  ],
};

test("the URL can be read", () => {
  expect(encodeRule(example)).toBe("and(identified(yes),prop(plan,text,oneOf,pro),did(export,exactly,0,last(14)))");
});

test.each([
  [example, "identified people on plan pro who did not export in the last 14 days"],
  [EVERYONE, "everyone"],
  [
    { kind: "and", of: [{ kind: "fact", field: "country", is: "oneOf", values: ["DE", "NO"] }] },
    "people from Germany or Norway",
  ],
  [
    {
      kind: "or",
      of: [
        { kind: "count", field: "sessions", is: "atLeast", n: 3 },
        { kind: "firstDid", event: "invite", window: { ever: true } },
      ],
    },
    "people who have at least 3 sessions or did invite for the first time",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "time", field: "lastSeen", is: "notInLast", days: 7 },
        {
          kind: "did",
          event: "buy",
          where: [{ kind: "property", key: "total", type: "number", is: "gt", value: 100 }],
          is: "atLeast",
          n: 2,
          window: { since: "2026-01-01" },
        },
      ],
    },
    "people who were not seen in the last 7 days and did buy (total over 100) at least 2 times since 1 Jan 2026",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "property", key: "role", type: "text", is: "oneOf", values: ["Owner"] },
        { kind: "did", event: "report_exported", where: [], is: "exactly", n: 0, window: { ever: true } },
        { kind: "fact", field: "country", is: "noneOf", values: ["DE"] },
        { kind: "property", key: "plan", type: "text", is: "noneOf", values: ["free"] },
      ],
    },
    "people with role Owner who did not do report_exported and are not from Germany and do not have plan free",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "did", event: "export", where: [], is: "atLeast", n: 2, window: { within: 7, of: "signedUp" } },
        { kind: "did", event: "invite", where: [], is: "exactly", n: 0, window: { within: 1, of: "firstSeen" } },
        { kind: "firstDid", event: "buy", window: { within: 30, of: { event: "Trial started" } } },
      ],
    },
    "people who did export at least 2 times within 7 days of signing up and did not invite within 1 day of being first seen and did buy for the first time within 30 days of their first “Trial started”",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "state", is: "oneOf", values: ["slipping", "dormant"] },
        { kind: "state", is: "noneOf", values: ["new"], on: "2026-03-08" },
      ],
    },
    "people who are slipping or dormant and were not new on 8 Mar 2026",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "active", of: "days", is: "exactly", n: 0, window: { within: 30, after: 30, of: "firstSeen" } },
        { kind: "active", of: "visits", is: "atLeast", n: 3, window: { within: 7, of: "firstSeen" } },
        { kind: "time", field: "signedUp", is: "within", window: { within: 53, after: 7, of: "firstSeen" } },
        {
          kind: "didAny",
          where: [{ kind: "property", key: "$device", type: "text", is: "oneOf", values: ["mobile"] }],
          is: "atLeast",
          n: 1,
          window: { within: 7, of: "firstSeen" },
        },
      ],
    },
    "people who were not active 30 to 60 days after being first seen and visited at least 3 times within 7 days of being first seen and signed up 7 to 60 days after being first seen and did anything with $device mobile within 7 days of being first seen",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "quiet", is: true },
        { kind: "search", text: "acme" },
        { kind: "time", field: "signedUp", is: "before", at: "2026-03-12T09:30:00.000Z" },
      ],
    },
    "people who are going quiet and match “acme” and signed up before 12 Mar 2026, 09:30 UTC",
  ],
  [
    {
      kind: "and",
      of: [
        { kind: "property", key: "tags", type: "list", is: "hasAny", values: ["beta", "vip"] },
        { kind: "property", key: "seen", type: "list", is: "hasAll", values: ["1", "2"] },
        { kind: "property", key: "roles", type: "list", is: "hasNone", values: ["admin", " x"] },
        {
          kind: "did",
          event: "buy",
          where: [{ kind: "property", key: "tags", type: "list", is: "hasNone", values: ["gift"] }],
          is: "atLeast",
          n: 1,
          window: { ever: true },
        },
      ],
    },
    "people who have tags with beta or vip and have seen with 1 and 2 and do not have roles admin or “ x” and did buy (without tags gift)",
  ],
] as [Rule, string][])("in words (%#): %s", (rule, words) => expect(ruleInWords(rule)).toBe(words));
