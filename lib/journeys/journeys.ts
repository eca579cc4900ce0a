import type { Condition, Rule } from "@/lib/segments/rule";

/** Journeys from the first visit to a goal: the buckets, and the rule for the people behind each number. Pure. */

/** The goal: to sign up, or to do an event for the first time. */
export type Goal = "signUp" | { event: string };
/** People first seen at or after `from` and before `to`; `until`: only what they reached by then counts. In ms. */
export type Cohort = { from: number; to: number; until?: number };

/**
 * The previous cohort of the same length, as it was at this one's age: otherwise it would have had more time to reach
 * the goal. If this one ends with a day that is not over, such as today, it ends with the same fraction of a day.
 */
export function cohortBefore({ from, to }: Cohort, now: number): Cohort {
  const shift = to - from;
  return { from: from - shift, to: Math.min(to, now) - shift, until: now - shift };
}

/** The aspects of journeys by which people are counted. */
export const ASPECTS = ["source", "page", "step", "days", "visits"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** A range [min, max] of whole days, or of visits; `max` null: no maximum. */
export type Bucket = { key: string; label: string; min: number; max: number | null };
const bucket = (min: number, max: number | null, label: string): Bucket => ({
  key: String(min),
  label,
  min,
  max,
});

export const DAY_BUCKETS: readonly Bucket[] = [
  bucket(0, 0, "Within a day"),
  bucket(1, 1, "2nd day"),
  bucket(2, 6, "3rd to 7th day"),
  bucket(7, 13, "2nd week"),
  bucket(14, 29, "Until day 30"),
  bucket(30, 89, "Until day 90"),
  // Up to the maximum length of a window, so that a list can show these people.
  bucket(90, 454, "Later"),
];
export const VISIT_BUCKETS: readonly Bucket[] = [
  bucket(0, 0, "None"),
  bucket(1, 1, "1"),
  bucket(2, 2, "2"),
  bucket(3, 3, "3"),
  bucket(4, 5, "4 or 5"),
  bucket(6, 10, "6 to 10"),
  bucket(11, null, "More"),
];

/** People with a value of an aspect (null: unknown) who reached the goal, and who did not. */
export type JourneyRow = { value: string | null; reached: number; others: number };

/**
 * `every`: each person read stands for this many; 1: exact. `existing`: customers who predate the project, left out.
 */
export type Journeys = {
  reached: number;
  others: number;
  existing: number;
  every: number;
  rows: Record<Aspect, JourneyRow[]>;
};

/** The previous cohort. `reachedBy`: how many reached the goal with a value; null if unknown. */
export type PreviousCohort = {
  reached: number;
  others: number;
  reachedBy: (aspect: Aspect, value: string | null) => number | null;
};

/**
 * The previous cohort, to look values up in. An aspect with `maxRows` rows may have more values, which were not read.
 */
export const previousCohortOf = ({ reached, others, rows }: Journeys, maxRows: number): PreviousCohort => ({
  reached,
  others,
  reachedBy: (aspect, value) =>
    rows[aspect].find((row) => row.value === value)?.reached ?? (rows[aspect].length < maxRows ? 0 : null),
});

const SIGNED_UP: Condition = { kind: "fact", field: "signUp", is: "oneOf", values: ["property", "event", "identify"] };
const NOT_SIGNED_UP: Condition = { kind: "fact", field: "signUp", is: "notSet" };
export const EXISTING_CUSTOMERS: Condition = { kind: "fact", field: "signUp", is: "oneOf", values: ["existing"] };

const reachedBy = (goal: Goal): Condition =>
  goal === "signUp"
    ? SIGNED_UP
    : { kind: "did", event: goal.event, where: [], is: "atLeast", n: 1, window: { ever: true } };
const missedBy = (goal: Goal): Condition =>
  goal === "signUp"
    ? NOT_SIGNED_UP
    : { kind: "did", event: goal.event, where: [], is: "exactly", n: 0, window: { ever: true } };

/** The cohort as conditions; without its end if that is now. */
export function cohortConditions({ from, to }: Cohort, now: number): Condition[] {
  const firstSeen = (is: "since" | "before", at: number): Condition => ({
    kind: "time",
    field: "firstSeen",
    is,
    at: new Date(at).toISOString(),
  });
  return [firstSeen("since", from), ...(to >= now ? [] : [firstSeen("before", to)])];
}

/**
 * The rule for everybody in the cohort who could reach the goal (no customers who predate the project, if it is signing
 * up), or for those who did or did not reach it.
 */
export const cohortRule = (goal: Goal, cohort: Condition[], reached?: boolean): Rule => {
  const all: Rule = { kind: "and", of: cohort };
  if (reached !== undefined) return { kind: "and", of: [...cohort, reached ? reachedBy(goal) : missedBy(goal)] };
  return goal === "signUp" ? { kind: "and", of: [...cohort, { kind: "or", of: [SIGNED_UP, NOT_SIGNED_UP] }] } : all;
};

/** The rule for the people of a row who reached the goal, or did not; null if no rule can describe them. */
export function ruleOfJourneyRow(
  goal: Goal,
  cohort: Condition[],
  aspect: Aspect,
  value: string | null,
  reached: boolean,
): Rule | null {
  const conditions = valueConditions(goal, aspect, value, reached);
  return conditions && { kind: "and", of: [...cohortRule(goal, cohort, reached).of, ...conditions] };
}

function valueConditions(goal: Goal, aspect: Aspect, value: string | null, reached: boolean): Condition[] | null {
  if (aspect === "days")
    return reached
      ? daysConditions(
          goal,
          DAY_BUCKETS.find(({ key }) => key === value),
        )
      : null;
  if (aspect === "visits") {
    const found = VISIT_BUCKETS.find(({ key }) => key === value);
    return found ? between(reached && goal === "signUp" ? "visitsToSignUp" : "sessions", found) : null;
  }
  const field =
    aspect === "source"
      ? "source"
      : aspect === "page"
        ? "landingPage"
        : reached && goal === "signUp"
          ? "stepBeforeSignUp"
          : "lastStep";
  return [
    value === null ? { kind: "fact", field, is: "notSet" } : { kind: "fact", field, is: "oneOf", values: [value] },
  ];
}

const between = (field: "visitsToSignUp" | "sessions", { min, max }: Bucket): Condition[] => [
  { kind: "count", field, is: "atLeast", n: min },
  ...(max === null ? [] : [{ kind: "count", field, is: "atMost", n: max } as const]),
];

function daysConditions(goal: Goal, found: Bucket | undefined): Condition[] | null {
  if (!found || found.max === null) return null;
  const within = found.max - found.min + 1;
  const window = { within, of: "firstSeen" as const, ...(found.min > 0 && { after: found.min }) };
  return [
    goal === "signUp"
      ? { kind: "time", field: "signedUp", is: "within", window }
      : { kind: "firstDid", event: goal.event, window },
  ];
}
