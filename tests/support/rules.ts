import fc from "fast-check";
import { HEALTH_STATES } from "@/lib/accounts/health";
import { STATES } from "@/lib/lifecycle/states";
import { WARNINGS } from "@/lib/risk/warnings";
import { NUMBER_OPERATORS, TEXT_OPERATORS } from "@/lib/segments/operators";
import {
  ACCOUNT_AMOUNT_FIELDS,
  ACCOUNT_COUNT_FIELDS,
  ACCOUNT_TEXT_FIELDS,
  ACCOUNT_TIME_FIELDS,
  type AccountRule,
  type AccountTest,
  COUNT_FIELDS,
  type Condition,
  FACT_FIELDS,
  type LifeWindow,
  MAX_LIFE_DAYS,
  type MemberCondition,
  type PropertyCondition,
  type Rule,
  type RuleNode,
  type RuleWindow,
  TIME_FIELDS,
} from "@/lib/segments/rule";

/** The vocabulary of random rules; a small one makes them match somebody. */
export type Vocabulary = {
  keys: string[];
  texts: string[];
  numbers: number[];
  days: string[];
  lastDays: number[];
  events: string[];
  facts: string[];
  segments: string[];
  accounts: string[];
  /** Ids of segments of accounts. */
  accountSegments?: string[];
  /** Search texts; without any, rules neither search nor test who is going quiet. */
  searches?: string[];
  /** Days for conditions on states; without any, there are none. */
  states?: string[];
};

const one = <T>(values: readonly T[]) => fc.constantFrom(...values);
const some = <T>(values: readonly T[]) => fc.uniqueArray(one(values), { minLength: 1, maxLength: 2 });

/** Any rule over the vocabulary, at most three levels deep. */
export function anyRule(words: Vocabulary): fc.Arbitrary<Rule> {
  const condition = anyCondition(words);
  const node = (depth: number): fc.Arbitrary<RuleNode> =>
    depth === 0 ? condition : fc.oneof({ weight: 3, arbitrary: condition }, { weight: 1, arbitrary: group(depth - 1) });
  const group = (depth: number): fc.Arbitrary<Rule> =>
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      of: fc.array(node(depth), { minLength: depth === 2 ? 0 : 1, maxLength: 3 }),
    });
  const isAllowed = (rule: Rule) =>
    [/"(?:did|firstDid|state)"/, /"(?:didAny|active)"/].every((kinds) => JSON.stringify(rule).split(kinds).length <= 6);
  return group(2).filter(isAllowed);
}

export const operatorsIn = <Is extends string>(described: { [is in Is]: unknown }): Is[] =>
  Object.keys(described) as Is[];

export function anyCondition(words: Vocabulary): fc.Arbitrary<Condition> {
  const count = fc.integer({ min: 0, max: 3 });
  const often = one(["atLeast", "atMost", "exactly"] as const);
  const at = { is: one(["before", "since"] as const), at: one(words.days) };
  const inDays = { is: one(["inLast", "notInLast"] as const), days: one(words.lastDays) };
  const oneOf = { is: one(["oneOf", "noneOf"] as const) };
  const like = { is: one(operatorsIn(TEXT_OPERATORS)) };
  const text = one(words.facts.filter((value) => value !== ""));
  const lifeWindow: fc.Arbitrary<LifeWindow> = fc.record(
    {
      within: one(words.lastDays.filter((days) => days <= MAX_LIFE_DAYS)),
      of: fc.oneof(one(["firstSeen", "signedUp"] as const), fc.record({ event: one(words.events) })),
      after: one(words.lastDays),
    },
    { requiredKeys: ["within", "of"] },
  );
  const window: fc.Arbitrary<RuleWindow> = fc.oneof(
    fc.constant({ ever: true as const }),
    fc.record({ days: one(words.lastDays) }),
    fc.record({ since: one(words.days) }),
    fc.record({ since: one(words.days), before: one(words.days) }),
    lifeWindow,
  );
  const anyHour: fc.Arbitrary<PropertyCondition> = fc.record({
    kind: fc.constant("property" as const),
    key: fc.constant("$hour"),
    type: fc.constant("number" as const),
    is: fc.constant("between" as const),
    min: fc.constantFrom(0, 6, 12),
    max: fc.constantFrom(5, 17, 23),
  });
  const property = anyProperty(words);
  const accountTest = anyRowTest(words, property);
  const field = one(FACT_FIELDS);
  const time = one(TIME_FIELDS);
  const kind = <T extends string>(name: T) => fc.constant(name);
  return fc.oneof(
    { weight: 4, arbitrary: property as fc.Arbitrary<Condition> },
    fc.record({ kind: kind("time"), field: time, ...at }),
    fc.record({ kind: kind("time"), field: time, ...inDays }),
    fc.record({ kind: kind("time"), field: time, is: kind("within"), window: lifeWindow }),
    fc.constant({ kind: "time", field: "signedUp", is: "beforeFirstSeen" } as const),
    fc.record({
      kind: kind("active"),
      of: one(["days", "visits"] as const),
      is: often,
      n: count,
      window: lifeWindow,
    }),
    fc.record({
      kind: kind("didAny"),
      where: fc.array(fc.oneof(property, anyHour), { maxLength: 2 }),
      is: often,
      n: count,
      window,
    }),
    fc.record({ kind: kind("count"), field: one(COUNT_FIELDS), is: often, n: count }),
    fc.record({ kind: kind("fact"), field, ...oneOf, values: some(words.facts) }),
    fc.record({ kind: kind("fact"), field, ...like, value: text }),
    fc.record({ kind: kind("fact"), field, is: one(["set", "notSet"] as const) }),
    fc.record({ kind: kind("identified"), is: fc.boolean() }),
    ...(words.searches
      ? [
          fc.record({ kind: kind("search"), text: one(words.searches) }),
          fc.record({ kind: kind("quiet"), is: fc.boolean() }),
        ]
      : []),
    ...(words.states ? [anyState(words.states)] : []),
    fc.record({ kind: kind("whose"), test: accountTest }),
    fc.record({ kind: kind("account"), is: one(["in", "notIn"] as const), ids: some(words.accounts) }),
    ...(words.segments.length === 0
      ? []
      : [fc.record({ kind: kind("segment"), is: one(["in", "notIn"] as const), id: one(words.segments) })]),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: kind("did"),
        event: one(words.events),
        where: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(property, { maxLength: 2 })),
        is: often,
        n: count,
        window,
      }),
    },
    fc.record({ kind: kind("firstDid"), event: one(words.events), window }),
  ) as fc.Arbitrary<Condition>;
}

/** Of an account's own row. */
function anyRowTest(words: Vocabulary, property: fc.Arbitrary<PropertyCondition>): fc.Arbitrary<AccountTest> {
  const of = one(["name", "id", ...ACCOUNT_TEXT_FIELDS] as const);
  const oneOf = one(["oneOf", "noneOf"] as const);
  const often = one(["atLeast", "atMost", "exactly"] as const);
  const time = one(ACCOUNT_TIME_FIELDS);
  return fc.oneof(
    fc.record({ of: fc.constant("health" as const), is: oneOf, values: some(HEALTH_STATES) }),
    fc.record({ of: fc.constant("warning" as const), is: oneOf, values: some(WARNINGS) }),
    fc.record({ of: one(ACCOUNT_COUNT_FIELDS), is: often, n: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ of: one(ACCOUNT_AMOUNT_FIELDS), is: often, n: one([-2.5, 0, 0.5, 25, 300, 412.25]) }),
    fc.record({ of: time, is: one(["before", "since"] as const), at: one(words.days) }),
    fc.record({ of: time, is: one(["inLast", "notInLast"] as const), days: one(words.lastDays) }),
    fc.record({ of, is: oneOf, values: some(words.accounts) }),
    fc.record({ of, is: one(operatorsIn(TEXT_OPERATORS)), value: one(words.accounts) }),
    fc.record({ of, is: one(["set", "notSet"] as const) }),
    fc.record({ of: fc.constant("property" as const), test: property }),
  ) as fc.Arbitrary<AccountTest>;
}

/** Any rule over accounts, with at most three conditions on their people and events. */
export function anyAccountRule(words: Vocabulary): fc.Arbitrary<AccountRule> {
  const people = anyCondition({ ...words, searches: undefined });
  const isMemberCondition = (condition: Condition): condition is MemberCondition =>
    !["search", "account", "whose", "didAny", "active"].includes(condition.kind);
  const who = people.filter(isMemberCondition);
  const behaviour = people.filter((condition) => condition.kind === "did" || condition.kind === "firstDid");
  const test: fc.Arbitrary<AccountTest> = fc.oneof(
    anyRowTest(words, anyProperty(words)),
    behaviour.map(({ kind, ...condition }) => ({ of: kind, ...condition }) as AccountTest),
    fc.record({
      of: fc.constant("members" as const),
      is: one(["atLeast", "atMost", "exactly"] as const),
      n: fc.integer({ min: 0, max: 2 }),
      who: fc.array(who, { minLength: 1, maxLength: 2 }),
    }),
    ...(words.states
      ? [anyState(words.states).map(({ kind, ...state }) => ({ of: kind, ...state }) as AccountTest)]
      : []),
    ...(words.accountSegments
      ? [
          fc.record({
            of: fc.constant("segment" as const),
            is: one(["in", "notIn"] as const),
            id: one(words.accountSegments),
          }),
        ]
      : []),
  );
  const group = (depth: number): fc.Arbitrary<AccountRule> =>
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      of: fc.array(depth === 0 ? test : fc.oneof({ weight: 3, arbitrary: test }, group(depth - 1)), {
        minLength: 1,
        maxLength: 3,
      }),
    });
  return group(1).filter((rule) => JSON.stringify(rule).split(/"(?:did|firstDid|members)"/).length <= 6);
}

/** On a day or today. */
const anyState = (days: string[]) => {
  const condition = {
    kind: fc.constant("state" as const),
    is: one(["oneOf", "noneOf"] as const),
    values: fc.uniqueArray(one(STATES), { minLength: 1, maxLength: 3 }),
  };
  return fc.oneof(fc.record({ ...condition, on: one(days) }), fc.record(condition));
};

function anyProperty(words: Vocabulary): fc.Arbitrary<PropertyCondition> {
  const base = <T extends string>(type: T) => ({
    kind: fc.constant("property" as const),
    key: one(words.keys),
    type: fc.constant(type),
  });
  const number = one(words.numbers);
  const text = one(words.texts.filter((value) => value !== ""));
  return fc.oneof(
    fc.record({ ...base("text"), is: one(["oneOf", "noneOf"] as const), values: some(words.texts) }),
    fc.record({ ...base("text"), is: one(operatorsIn(TEXT_OPERATORS)), value: text }),
    fc.record({ ...base("number"), is: one(operatorsIn(NUMBER_OPERATORS)), value: number }),
    fc.record({ ...base("number"), is: fc.constant("between" as const), min: number, max: number }),
    fc.record({ ...base("date"), is: one(["before", "since"] as const), at: one(words.days) }),
    fc.record({ ...base("date"), is: one(["inLast", "notInLast"] as const), days: one(words.lastDays) }),
    fc.record({ ...base("boolean"), is: one(["true", "false"] as const) }),
    fc.record({ ...base("list"), is: one(["hasAny", "hasAll", "hasNone"] as const), values: some(words.texts) }),
    fc.record({ ...base("any"), is: one(["set", "notSet"] as const) }),
  ) as fc.Arbitrary<PropertyCondition>;
}
