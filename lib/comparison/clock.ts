import {
  type Condition,
  type ConditionOf,
  MAX_LIFE_DAYS,
  type Rule,
  type RuleNode,
  type RuleWindow,
} from "@/lib/segments/rule";
import type { DatedDays, LifeDays } from "./choice";

/** A comparison's timing as conditions on people: when behaviour is counted and when the outcome is decided. Pure. */

const DAY_MS = 86_400_000;
/** In a life, the outcome is observed until day 60; a return counts from day 30 on. */
const OUTCOME_DAYS = 60;
const RETURN_DAYS = 30;
/** After a date, the outcome is observed for this many days. */
export const AFTER_DATE_DAYS = 30;
const BEGINNING = "1970-01-01";

/** `label`: as in a sentence, "retained people". */
export type ComparisonGroup = { label: string; rule: Rule };

/** How a comparison's time is expressed as conditions. */
export type ComparisonClock = {
  /** When behaviour is counted. */
  window: RuleWindow;
  /** When the outcome counts; `already`: too early, up to the end of `window`; `later`: too late, after `outcome`. */
  outcome: RuleWindow;
  already: RuleWindow;
  later: RuleWindow[];
  /** When a return counts. */
  returned: RuleWindow;
  /** Conditions on people whose window, plus `more` days, is over, and groups of those who are too new for that. */
  isOver: (more: number) => Condition[];
  tooNew: (more: number) => ComparisonGroup[];
  /** Groups without a window: visitors, and customers from before tracking began, whose sign-up was not seen. */
  withoutWindow: ComparisonGroup[];
  /** How many days after the window the outcome takes. */
  outcomeDays: number;
  /** Conditions on people active within the window. Others cannot leave, and are left out. */
  wereActive: Condition[];
  wereInactive: ComparisonGroup[];
};

export const comparisonGroup = (label: string, ...of: RuleNode[]): ComparisonGroup => ({
  label,
  rule: { kind: "and", of },
});
export const activeCondition = (is: "atLeast" | "exactly", n: number, window: RuleWindow): ConditionOf<"active"> => ({
  kind: "active",
  of: "days",
  is,
  n,
  window,
});

/** Customers from before the project's first event: the days after their sign-up were not tracked. */
export const existingCondition = (is: "oneOf" | "noneOf"): Condition => ({
  kind: "fact",
  field: "signUp",
  is,
  values: ["existing"],
});
export const EXISTING_LABEL = "customers from before the first event";
export const visitorGroup = (): ComparisonGroup =>
  comparisonGroup("visitors who did not sign up", { kind: "identified", is: false });

/** Windows over a whole life: each has a maximum length, and two cover any project's history. */
export const LIVES = [{ within: MAX_LIFE_DAYS }, { within: MAX_LIFE_DAYS, after: MAX_LIFE_DAYS }];

export function lifeClock({ of, days }: LifeDays, now: number): ComparisonClock {
  const from = (after: number, until: number): RuleWindow => ({
    within: until - after,
    of,
    ...(after > 0 ? { after } : {}),
  });
  const limit = (more: number) => new Date(now - (days + more) * DAY_MS).toISOString();
  const seen = of === "signedUp" ? [existingCondition("noneOf")] : [];
  return {
    window: from(0, days),
    already: from(0, days),
    outcome: from(days, OUTCOME_DAYS),
    later: [from(OUTCOME_DAYS, MAX_LIFE_DAYS), from(MAX_LIFE_DAYS, 2 * MAX_LIFE_DAYS)],
    returned: from(RETURN_DAYS, OUTCOME_DAYS),
    isOver: (more) => [{ kind: "time", field: of, is: "before", at: limit(more) }, ...seen],
    tooNew: (more) => [
      comparisonGroup(
        `${of === "firstSeen" ? "first seen" : "signed up"} less than ${days + more} days ago`,
        { kind: "time", field: of, is: "since", at: limit(more) },
        ...seen,
      ),
    ],
    withoutWindow:
      of === "signedUp" ? [comparisonGroup(EXISTING_LABEL, existingCondition("oneOf")), visitorGroup()] : [],
    outcomeDays: OUTCOME_DAYS - days,
    wereActive: [],
    wereInactive: [],
  };
}

export function dateClock({ before, days }: DatedDays): ComparisonClock {
  const end = Date.parse(before);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const first = day(end - days * DAY_MS);
  const last = day(end + AFTER_DATE_DAYS * DAY_MS);
  const window: RuleWindow = { since: first, before };
  const wereKnown: Condition = { kind: "time", field: "firstSeen", is: "before", at: first };
  return {
    window,
    already: { since: BEGINNING, before },
    outcome: { since: before, before: last },
    returned: { since: before, before: last },
    later: [{ since: last }],
    isOver: () => [wereKnown],
    tooNew: () => [
      comparisonGroup(`first seen after ${first}, when the window begins`, {
        kind: "time",
        field: "firstSeen",
        is: "since",
        at: first,
      }),
    ],
    withoutWindow: [],
    outcomeDays: AFTER_DATE_DAYS,
    wereActive: [activeCondition("atLeast", 1, window)],
    wereInactive: [comparisonGroup("not active in these days", wereKnown, activeCondition("exactly", 0, window))],
  };
}

const EVER: RuleWindow = { ever: true };
/** If nothing is counted, nobody is left out. */
export const NO_CLOCK: ComparisonClock = {
  window: EVER,
  already: EVER,
  outcome: EVER,
  later: [EVER],
  returned: EVER,
  isOver: () => [],
  tooNew: () => [],
  withoutWindow: [],
  outcomeDays: 0,
  wereActive: [],
  wereInactive: [],
};
