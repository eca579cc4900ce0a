import { z } from "zod";
import { HEALTH_STATES } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { STATES } from "@/lib/lifecycle/states";
import { WARNINGS } from "@/lib/risk/warnings";
import { NUMBER_OPERATORS, type NumberOperator, TEXT_OPERATORS, type TextOperator } from "./operators";

/**
 * A segment's rule: groups of AND and OR over conditions on a person. The filter builder, URLs (encode-rule.ts), the
 * words above the table (rule-text.ts), stored segments and the SQL (compile.queries.ts) share one shape. Times are ISO
 * 8601; a day alone means its start in UTC. Negation is part of a condition, never of a group, so that every rule can
 * be expressed in words.
 */

const MAX_DEPTH = 4;
const MAX_CONDITIONS = 30;
/** Each behaviour costs a scan of the events of one name in its window. */
export const MAX_BEHAVIOURS = 5;
const MAX_VALUES = 100;
const MAX_TEXT_CHARS = 512;
const MAX_DAYS = 3_650;
export const MAX_LIFE_DAYS = MAX_DAYS;
const MAX_COUNT = 1_000_000_000;
const MAX_AMOUNT = 1_000_000_000_000;
/** The most conditions on an event, or on the people of an account. */
export const MAX_WHERE = 5;

const text = z.string().min(1, "Enter what to look for.").max(MAX_TEXT_CHARS);
const values = z.array(z.string().max(MAX_TEXT_CHARS)).min(1, "Choose at least one value.").max(MAX_VALUES);
const days = z.int().min(1, "At least 1 day.").max(MAX_DAYS, `At most ${MAX_DAYS} days.`);
const count = z.int().min(0).max(MAX_COUNT);
/** "2026-03-12" or "2026-03-12T09:30:00.000Z". */
const moment = z.union([z.iso.date(), z.iso.datetime({ precision: 3 })], "A day, or an instant in UTC.");

export type TextTest = { is: TextOperator; value: string };
export type TimeTest = { is: "before" | "since"; at: string } | { is: "inLast" | "notInLast"; days: number };

const oneOf = z.object({ is: z.enum(["oneOf", "noneOf"]), values });
const like = z.object({ is: z.enum(Object.keys(TEXT_OPERATORS) as TextOperator[]), value: text });
const compared = z.object({ is: z.enum(Object.keys(NUMBER_OPERATORS) as NumberOperator[]), value: z.number() });
const present = z.object({ is: z.enum(["set", "notSet"]) });
const atMoment = z.object({ is: z.enum(["before", "since"]), at: moment });
const inDays = z.object({ is: z.enum(["inLast", "notInLast"]), days });

/**
 * The test on one property. Values are compared by content, not by JSON type: 42 and "42" are the same text and number,
 * true and "true" the same boolean. A negation matches everybody whom its opposite does not match, including people
 * without a value.
 */
const propertyTest = z.union([
  z.object({ type: z.literal("text") }).extend(oneOf.shape),
  z.object({ type: z.literal("text") }).extend(like.shape),
  z.object({ type: z.literal("number") }).extend(compared.shape),
  z.object({ type: z.literal("number"), is: z.literal("between"), min: z.number(), max: z.number() }),
  z.object({ type: z.literal("date") }).extend(atMoment.shape),
  z.object({ type: z.literal("date") }).extend(inDays.shape),
  z.object({ type: z.literal("boolean"), is: z.enum(["true", "false"]) }),
  z.object({ type: z.literal("list"), is: z.enum(["hasAny", "hasAll", "hasNone"]), values }),
  z.object({ type: z.literal("any") }).extend(present.shape),
]);
/**
 * The dotted path to a leaf ("address.city"). Of an event also $path, $title, $referrer, $country, $device, $browser,
 * $os, $revenue and $hour.
 */
const key = z.string().min(1).max(255);
const propertyCondition = z.intersection(z.object({ kind: z.literal("property"), key }), propertyTest);

/** The moment of a person's life at which a window starts; for an event, their first one of that name. */
const lifeMoment = z.union([z.enum(["firstSeen", "signedUp"]), z.object({ event: z.string().min(1).max(255) })]);

/**
 * The first `within` × 24 hours after a moment of a person's own life, including the moment; with `after`, they start
 * that many days later. For people without the moment the window is empty.
 */
const lifeWindow = z.object({
  within: z.int().min(1, "At least 1 day.").max(MAX_LIFE_DAYS, `At most ${MAX_LIFE_DAYS} days.`),
  of: lifeMoment,
  after: z.int().min(1, "At least 1 day.").max(MAX_LIFE_DAYS, `At most ${MAX_LIFE_DAYS} days.`).optional(),
});

const window = z.union([
  z.object({ days }),
  lifeWindow,
  z.object({ since: moment, before: moment }),
  z.object({ since: moment }),
  z.object({ ever: z.literal(true) }),
]);

const FILTERED = PEOPLE_COLUMNS.filter((column) => "filter" in column);
export const TIME_FIELDS = FILTERED.filter((column) => column.kind === "time").map(({ key }) => key);
export const COUNT_FIELDS = FILTERED.filter((column) => column.kind === "number").map(({ key }) => key);
export const FACT_FIELDS = FILTERED.filter((column) => column.kind === "text").map(({ key }) => key);

const accountKeys = (isSuch: (column: AccountColumn) => boolean) =>
  ACCOUNT_COLUMNS.filter((column) => "filter" in column && isSuch(column)).map(({ key }) => key);
type AccountColumn = (typeof ACCOUNT_COLUMNS)[number];
type AccountKey<Such> = Extract<AccountColumn, Such & { filter: true }>["key"];
/** Fields with non-negative integers, and with numbers that may be fractional or negative. */
export const ACCOUNT_COUNT_FIELDS = accountKeys(
  (column) => column.kind === "number" && !("cell" in column),
) as AccountCount[];
export const ACCOUNT_AMOUNT_FIELDS = ["trend", "revenue", "risk"] as const;
export const ACCOUNT_TIME_FIELDS = accountKeys(({ kind }) => kind === "time") as AccountKey<{ kind: "time" }>[];
export const ACCOUNT_TEXT_FIELDS = accountKeys(
  (column) => column.kind === "text" && !("cell" in column),
) as AccountText[];
type AccountCount = Exclude<AccountKey<{ kind: "number" }>, (typeof ACCOUNT_AMOUNT_FIELDS)[number]>;
type AccountText = Exclude<AccountKey<{ kind: "text" }>, "health">;
/** `name`: its name, or its id if it has none. */
const ACCOUNT_TEXTS = ["name", "id", ...ACCOUNT_TEXT_FIELDS] as const;

const time = z.object({ kind: z.literal("time"), field: z.enum(TIME_FIELDS) });
const fact = z.object({ kind: z.literal("fact"), field: z.enum(FACT_FIELDS) });
const times = { is: z.enum(["atLeast", "atMost", "exactly"]), n: count };
const eventName = z.string().min(1, "Choose an event.").max(255);
const where = z.array(propertyCondition).max(MAX_WHERE);
const inSegment = { is: z.enum(["in", "notIn"]), id: z.guid() };
/** Did the event that often within the window; `atMost` and `exactly 0` include people who never did it ("did not"). */
const did = { event: eventName, where, ...times, window };
/** Did the event for the first time within the window. */
const firstDid = { event: eventName, window };

const inState = {
  is: z.enum(["oneOf", "noneOf"]),
  values: z.array(z.enum(STATES)).min(1, "Choose at least one state.").max(STATES.length),
  on: z.iso.date("A day.").optional(),
};

/** Conditions on a person that do not involve their accounts. */
const personal = [
  propertyCondition,
  time.extend(atMoment.shape),
  time.extend(inDays.shape),
  time.extend({ is: z.literal("within"), window: lifeWindow }),
  /** Signed up before anything was seen of them, as when a server creates users. */
  z.object({ kind: z.literal("time"), field: z.literal("signedUp"), is: z.literal("beforeFirstSeen") }),
  z.object({ kind: z.literal("count"), field: z.enum(COUNT_FIELDS), ...times }),
  fact.extend(oneOf.shape),
  fact.extend(like.shape),
  fact.extend(present.shape),
  z.object({ kind: z.literal("identified"), is: z.boolean() }),
  /** Silent for unusually long (lib/risk/alarm.ts). */
  z.object({ kind: z.literal("quiet"), is: z.boolean() }),
  /** Their state at the end of a UTC day (lib/lifecycle/states.ts), or today; none before they were seen. */
  z.object({ kind: z.literal("state"), ...inState }),
  z.object({ kind: z.literal("segment"), ...inSegment }),
  z.object({ kind: z.literal("did"), ...did }),
  z.object({ kind: z.literal("firstDid"), ...firstDid }),
] as const;

const accountText = z.object({ of: z.enum(ACCOUNT_TEXTS) });
const accountTime = z.object({ of: z.enum(ACCOUNT_TIME_FIELDS) });
const amount = z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT);
/** A test on an account. Its people are those who currently belong to it, without the own team. */
export const accountTestSchema = z.union([
  z.object({
    of: z.literal("health"),
    is: z.enum(["oneOf", "noneOf"]),
    values: z.array(z.enum(HEALTH_STATES)).min(1, "Choose at least one.").max(HEALTH_STATES.length),
  }),
  /** Its current standing on the Risk screen. */
  z.object({
    of: z.literal("warning"),
    is: z.enum(["oneOf", "noneOf"]),
    values: z.array(z.enum(WARNINGS)).min(1, "Choose at least one.").max(WARNINGS.length),
  }),
  /** Its lifecycle state, by the days on which any of its people were active. */
  z.object({ of: z.literal("state"), ...inState }),
  z.object({ of: z.enum(ACCOUNT_COUNT_FIELDS), ...times }),
  /** Revenue in major units, risk in percent. */
  z.object({ of: z.enum(ACCOUNT_AMOUNT_FIELDS), is: times.is, n: amount }),
  accountTime.extend(atMoment.shape),
  accountTime.extend(inDays.shape),
  accountText.extend(oneOf.shape),
  accountText.extend(like.shape),
  accountText.extend(present.shape),
  z.object({ of: z.literal("property"), test: propertyCondition }),
  /** Accounts that the list's search box finds. */
  z.object({ of: z.literal("search"), text }),
  /** A segment of accounts. */
  z.object({ of: z.literal("segment"), ...inSegment }),
  /**
   * That many of its people meet every condition. Only activity while they belonged to it counts, also for last seen.
   */
  z.object({ of: z.literal("members"), ...times, who: z.array(z.union(personal)).min(1).max(MAX_WHERE) }),
  /** Its people, including former ones, did the event that often together while they belonged to it. */
  z.object({ of: z.literal("did"), ...did }),
  z.object({ of: z.literal("firstDid"), ...firstDid }),
]);

export const conditionSchema = z.union([
  ...personal,
  /** People that the users list's search box finds. */
  z.object({ kind: z.literal("search"), text }),
  z.object({ kind: z.literal("account"), is: z.enum(["in", "notIn"]), ids: values }),
  /** Currently belongs to an account that passes the test; people without an account never match. */
  z.object({ kind: z.literal("whose"), test: accountTestSchema }),
  /** Like `did`, for events of any name. */
  z.object({ kind: z.literal("didAny"), where, ...times, window }),
  /** Active on this many UTC days, or starting this many sessions, within the window. */
  z.object({ kind: z.literal("active"), of: z.enum(["days", "visits"]), ...times, window }),
]);

export type PropertyCondition = z.infer<typeof propertyCondition>;
export type RuleWindow = z.infer<typeof window>;
export type LifeMoment = z.infer<typeof lifeMoment>;
export type LifeWindow = z.infer<typeof lifeWindow>;
export type Condition = z.infer<typeof conditionSchema>;
export type ConditionOf<Kind extends Condition["kind"]> = Extract<Condition, { kind: Kind }>;
export type AccountTest = z.infer<typeof accountTestSchema>;
export type AccountTestOf<Of extends AccountTest["of"]> = TestOf<AccountTest, Of>;
type TestOf<Test, Of> = Test extends { of: infer Its } ? (Of extends Its ? Test : never) : never;
/** The conditions on an account's people. */
export type MemberCondition = AccountTestOf<"members">["who"][number];
export type Behaviour = ConditionOf<"did"> | ConditionOf<"firstDid">;
type GroupOf<Leaf> = { kind: "and" | "or"; of: (GroupOf<Leaf> | Leaf)[] };
export type RuleGroup = GroupOf<Condition>;
export type RuleNode = RuleGroup | Condition;
/** The top is a group; `and` of nothing is everyone. */
export type Rule = RuleGroup;
/** A rule over accounts. */
export type AccountRule = GroupOf<AccountTest>;
export type AccountNode = AccountRule | AccountTest;
/** The subject of a segment or a filter. */
export const SUBJECTS = ["people", "accounts"] as const;
export type Subject = (typeof SUBJECTS)[number];

const groupOf = <Leaf extends z.ZodType>(leaf: Leaf) => {
  const node: z.ZodType<GroupOf<z.infer<Leaf>> | z.infer<Leaf>> = z.lazy(() => z.union([group, leaf]));
  const group: z.ZodType<GroupOf<z.infer<Leaf>>> = z.object({
    kind: z.enum(["and", "or"]),
    of: z.array(node).max(MAX_CONDITIONS),
  });
  return group;
};

const TOO_MANY = {
  conditions: `At most ${MAX_CONDITIONS} conditions.`,
  behaviours: `At most ${MAX_BEHAVIOURS} conditions on events.`,
  own: `At most ${MAX_BEHAVIOURS} conditions on activity.`,
};
/** A rule from a form, a URL or the database. Fails with a sentence for the reader. */
export const ruleSchema: z.ZodType<Rule> = groupOf(conditionSchema)
  .refine((rule) => depthOf(rule) <= MAX_DEPTH, `Groups nest at most ${MAX_DEPTH} deep.`)
  .refine((rule) => conditionsOf(rule).length <= MAX_CONDITIONS, TOO_MANY.conditions)
  .refine((rule) => countBehaviours(conditionsOf(rule)) <= MAX_BEHAVIOURS, TOO_MANY.behaviours)
  .refine((rule) => activityConditionsOf(rule).length <= MAX_BEHAVIOURS, TOO_MANY.own);

/** A rule over accounts. Each test on members or events costs as much as a condition on events. */
export const accountRuleSchema: z.ZodType<AccountRule> = groupOf(accountTestSchema)
  .refine((rule) => depthOf(rule) <= MAX_DEPTH, `Groups nest at most ${MAX_DEPTH} deep.`)
  .refine((rule) => testsOf(rule).length <= MAX_CONDITIONS, TOO_MANY.conditions)
  .refine((rule) => countBehaviours(testsOf(rule)) <= MAX_BEHAVIOURS, TOO_MANY.behaviours);

export const EVERYONE: Rule & AccountRule = { kind: "and", of: [] };

export const isGroup = (node: RuleNode): node is RuleGroup => node.kind === "and" || node.kind === "or";
export const isAccountGroup = (node: AccountNode): node is AccountRule => "kind" in node;

/** Every condition of a rule, in reading order. */
export const conditionsOf = (node: RuleNode): Condition[] => (isGroup(node) ? node.of.flatMap(conditionsOf) : [node]);
/** Every test of a rule over accounts, in reading order. */
export const testsOf = (node: AccountNode): AccountTest[] => (isAccountGroup(node) ? node.of.flatMap(testsOf) : [node]);

/** All conditions on people within a condition or test, at any depth. */
const peopleConditionsOf = (one: Condition | AccountTest): Condition[] => {
  if (!("kind" in one)) return one.of === "members" ? one.who : [];
  return one.kind === "whose" ? peopleConditionsOf(one.test) : [one];
};

const isBehaviour = (one: Condition): one is Behaviour => one.kind === "did" || one.kind === "firstDid";

export const behavioursOf = (node: RuleNode): Behaviour[] =>
  conditionsOf(node).flatMap(peopleConditionsOf).filter(isBehaviour);

const countBehaviours = (all: readonly (Condition | AccountTest)[]): number =>
  all.reduce((sum, one) => {
    const test = "kind" in one ? (one.kind === "whose" ? one.test : null) : one;
    const own = test?.of === "members" || test?.of === "did" || test?.of === "firstDid" ? 1 : 0;
    return sum + Math.max(own, peopleConditionsOf(one).filter(isBehaviour).length);
  }, 0);

/** Conditions that read each person's own rows (life.queries.ts). */
export const activityConditionsOf = (node: RuleNode): (ConditionOf<"didAny"> | ConditionOf<"active">)[] =>
  conditionsOf(node).filter((one) => one.kind === "didAny" || one.kind === "active");

const segmentsOf = (one: Condition | AccountTest): string[] => {
  if (!("kind" in one)) return one.of === "segment" ? [one.id] : peopleConditionsOf(one).flatMap(segmentsOf);
  if (one.kind === "whose") return segmentsOf(one.test);
  return one.kind === "segment" ? [one.id] : [];
};

/** Ids of the segments a rule names directly, of people and of accounts. */
export const segmentsIn = (node: RuleNode | AccountNode): string[] =>
  "of" in node && Array.isArray(node.of) ? node.of.flatMap(segmentsIn) : segmentsOf(node as Condition | AccountTest);

const depthOf = (node: RuleNode | AccountNode): number =>
  "of" in node && Array.isArray(node.of) ? 1 + Math.max(0, ...node.of.map(depthOf)) : 0;
