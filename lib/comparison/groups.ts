import { AppError } from "@/lib/errors";
import { POWER_SHARE_OF_DAYS } from "@/lib/profiles/types";
import type { Condition, RuleNode, RuleWindow } from "@/lib/segments/rule";
import type { ComparisonChoice, ComparisonPair, PairName, TraitChoice } from "./choice";
import {
  AFTER_DATE_DAYS,
  activeCondition,
  type ComparisonClock,
  type ComparisonGroup,
  comparisonGroup,
  dateClock,
  EXISTING_LABEL,
  existingCondition,
  LIVES,
  lifeClock,
  NO_CLOCK,
  visitorGroup,
} from "./clock";

/**
 * The two groups of a choice as rules, so that each can be opened as a list, and the people whom both leave out. The
 * outcome by which the groups differ happens after the window in which behaviour is counted, never within it.
 */

const DAY_MS = 86_400_000;
/** The days by which power users are recognised. */
const POWER_DAYS = 30;

export type Groups = {
  a: ComparisonGroup;
  b: ComparisonGroup;
  /** People in neither group, and why. */
  leftOut: ComparisonGroup[];
  /** Behaviour is counted in this window of each person. */
  window: RuleWindow;
};

/** The names of segments, by id. */
export type SegmentNames = ReadonlyMap<string, string>;

/** The segments of a pair, by parameter. */
export const segmentsOf = (pair: ComparisonPair): Record<string, string> =>
  pair.pair === "segments" ? { a: pair.a, b: pair.b } : pair.pair === "segment" ? { a: pair.a } : {};

/** The groups of a choice. `isIdentified`: for segments, whether only identified people are compared. */
export function comparisonGroupsOf(
  { pair, counted }: ComparisonChoice | TraitChoice,
  now: number,
  names: SegmentNames,
  isIdentified: boolean,
): Groups {
  const clock = counted === null ? NO_CLOCK : "of" in counted ? lifeClock(counted, now) : dateClock(counted);
  const { window } = clock;
  requirePast(pair.pair, counted, now);
  switch (pair.pair) {
    case "retained": {
      const base = [...clock.isOver(clock.outcomeDays), ...clock.wereActive];
      const returned = (is: "atLeast" | "exactly", n: number) => activeCondition(is, n, clock.returned);
      return {
        window,
        a: comparisonGroup("retained people", ...base, returned("atLeast", 1)),
        b: comparisonGroup("churned people", ...base, returned("exactly", 0)),
        leftOut: [...clock.tooNew(clock.outcomeDays), ...clock.wereInactive, ...clock.withoutWindow],
      };
    }
    case "power": {
      const base = [identified, ...clock.isOver(POWER_DAYS)];
      const least = Math.ceil(POWER_DAYS * POWER_SHARE_OF_DAYS);
      const rarely: Condition = { kind: "count", field: "activeDays30", is: "atMost", n: least - 1 };
      const silent: Condition = { kind: "time", field: "lastSeen", is: "notInLast", days: POWER_DAYS };
      return {
        window,
        a: comparisonGroup("power users", ...base, { ...rarely, is: "atLeast", n: least }, { ...silent, is: "inLast" }),
        b: comparisonGroup("other identified users", ...base, { kind: "or", of: [rarely, silent] }),
        leftOut: [...clock.tooNew(POWER_DAYS), ...identifiedOnly(clock.withoutWindow)].map((one) =>
          among([identified], one),
        ),
      };
    }
    case "converted": {
      const { event } = pair;
      const firstDid = (within: RuleWindow): Condition => ({ kind: "firstDid", event, window: within });
      const never: Condition = { kind: "did", event, where: [], is: "exactly", n: 0, window: { ever: true } };
      return outcomeGroups(clock, ["people who converted", "people who did not", "converted before it was over"], {
        did: [firstDid(clock.outcome)],
        not: [{ kind: "or", of: [never, ...clock.later.map(firstDid)] }],
        already: [{ kind: "or", of: [firstDid(clock.already), ...beganBy(event, clock)] }],
      });
    }
    case "signedUp": {
      const never: Condition = { kind: "identified", is: false };
      const groups = outcomeGroups(
        clock,
        ["people who signed up", "people who did not", "signed up before it was over"],
        {
          did: signedUp(clock.outcome),
          not: [{ kind: "or", of: [never, ...clock.later.map((of): RuleNode => ({ kind: "and", of: signedUp(of) }))] }],
          already: signedUp(clock.already),
        },
      );
      const base = [...clock.isOver(clock.outcomeDays), ...clock.wereActive];
      const leftOut = [...groups.leftOut, comparisonGroup(EXISTING_LABEL, ...base, existingCondition("oneOf"))];
      // Windows of a life begin at the first visit; windows between dates count any earlier sign-up.
      if ("within" in clock.window)
        leftOut.push(comparisonGroup(UNSEEN_LABEL, ...base, signedUpUnseen, existingCondition("noneOf")));
      return { ...groups, leftOut };
    }
    case "paying":
      return outcomeGroups(clock, ["people who paid", "people who did not", "paid before it was over"], {
        did: [paid("atLeast", 1, clock.outcome), paid("exactly", 0, clock.already)],
        not: [paid("exactly", 0, clock.outcome), paid("exactly", 0, clock.already)],
        already: [paid("atLeast", 1, clock.already)],
      });
    case "segment":
    case "segments": {
      const who = isIdentified ? [identified] : [];
      const base = [...who, ...clock.isOver(0)];
      const isIn = (is: "in" | "notIn", id: string): Condition => ({ kind: "segment", is, id });
      const noWindow = isIdentified ? identifiedOnly(clock.withoutWindow) : clock.withoutWindow;
      const leftOut = [...clock.tooNew(0), ...noWindow].map((one) => among(who, one));
      const members = (id: string) => `in “${names.get(id) ?? id}”`;
      if (pair.pair === "segment")
        return {
          window,
          a: comparisonGroup(members(pair.a), ...base, isIn("in", pair.a)),
          b: comparisonGroup(isIdentified ? "other identified users" : "other people", ...base, isIn("notIn", pair.a)),
          leftOut,
        };
      const { a, b } = pair;
      return {
        window,
        a: comparisonGroup(members(a), ...base, isIn("in", a), isIn("notIn", b)),
        b: comparisonGroup(members(b), ...base, isIn("in", b), isIn("notIn", a)),
        leftOut: [
          ...leftOut,
          comparisonGroup("in both", ...base, isIn("in", a), isIn("in", b)),
          comparisonGroup("in neither", ...base, isIn("notIn", a), isIn("notIn", b)),
        ],
      };
    }
  }
}

const identified: Condition = { kind: "identified", is: true };
const signedUpUnseen: Condition = { kind: "time", field: "signedUp", is: "beforeFirstSeen" };
const UNSEEN_LABEL = "people who signed up before they were first seen";
const identifiedOnly = (groups: readonly ComparisonGroup[]): ComparisonGroup[] =>
  groups.filter(({ label }) => label !== visitorGroup().label);
const among = (who: Condition[], { label, rule }: ComparisonGroup): ComparisonGroup =>
  comparisonGroup(label, ...who, ...rule.of);

const paid = (is: "atLeast" | "exactly", n: number, window: RuleWindow): Condition => ({
  kind: "didAny",
  where: [{ kind: "property", key: "$revenue", type: "number", is: "gt", value: 0 }],
  is,
  n,
  window,
});

/** Conditions on people who did this event before their sign-up, if the window begins with that. */
const beganBy = (event: string, { window }: ComparisonClock): Condition[] =>
  "within" in window && window.of === "signedUp"
    ? LIVES.map((of) => ({ kind: "time", field: "signedUp", is: "within", window: { ...of, of: { event } } }))
    : [];

/**
 * The groups of people to whom something happened by the outcome's end, and to whom it did not; leaves out those to
 * whom it happened too early.
 */
function outcomeGroups(
  clock: ComparisonClock,
  [a, b, already]: [string, string, string],
  nodes: { did: RuleNode[]; not: RuleNode[]; already: RuleNode[] },
): Groups {
  const base = [...clock.isOver(clock.outcomeDays), ...clock.wereActive];
  return {
    window: clock.window,
    a: comparisonGroup(a, ...base, ...nodes.did),
    b: comparisonGroup(b, ...base, ...nodes.not),
    leftOut: [
      ...clock.tooNew(clock.outcomeDays),
      comparisonGroup(already, ...base, ...nodes.already),
      ...clock.wereInactive,
      ...clock.withoutWindow,
    ],
  };
}

/** Conditions on people who signed up within a window. */
function signedUp(window: RuleWindow): Condition[] {
  const at = (is: "since" | "before", day: string): Condition => ({
    kind: "time",
    field: "signedUp",
    is,
    at: day,
  });
  if ("within" in window)
    return [{ kind: "time", field: "signedUp", is: "within", window }, existingCondition("noneOf")];
  const since = "since" in window ? [at("since", window.since)] : [];
  const before = "before" in window ? [at("before", window.before)] : [];
  return [...since, ...before, existingCondition("noneOf")];
}

/** Throws bad_request for a date whose outcome is not known yet. */
function requirePast(pair: PairName, counted: ComparisonChoice["counted"] | null, now: number): void {
  if (counted === null || "of" in counted) return;
  const daysAfter = pair === "segment" || pair === "segments" ? 0 : AFTER_DATE_DAYS;
  if (Date.parse(counted.before) + daysAfter * DAY_MS <= now) return;
  throw new AppError(
    "bad_request",
    daysAfter === 0
      ? "Choose a day that is not in the future."
      : `Choose a day at least ${daysAfter} days ago: the outcome is decided in the days after it.`,
    { field: "date" },
  );
}
