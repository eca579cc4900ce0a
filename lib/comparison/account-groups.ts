import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { AccountRule, AccountTest } from "@/lib/segments/rule";
import type { RowSubject } from "./compared-rows";

/**
 * Two groups of accounts as rules, so that each can be opened as a list. Behaviour is counted in the first days of each
 * account's life; accounts whose first days are not over are in neither group. Pure.
 */

const DAY_MS = 86_400_000;
export const ACCOUNT_PAIRS = ["retained", "health", "paying", "segment", "segments"] as const;
export const ACCOUNT_DAYS = [7, 30, 90] as const;
const DEFAULT_DAYS = 30;
/** Retention is only measured for accounts at least this many days older than their first days. */
const OUTCOME_DAYS = 30;
const BEGINNING = "1900-01-01";

export type AccountPair =
  | { pair: "retained" | "health" | "paying" }
  | { pair: "segment"; a: string }
  | { pair: "segments"; a: string; b: string };
export type AccountChoice = { pair: AccountPair; days: number };

export const accountChoiceSchema = z.object({
  pair: z
    .enum(ACCOUNT_PAIRS, `One of ${ACCOUNT_PAIRS.join(", ")}.`)
    .default("retained")
    .describe(
      "retained: accounts that are not dormant today, and those that are. health: growing and going quiet. paying: with revenue and without. segment: a segment of accounts and the others. segments: two of them.",
    ),
  a: z.guid("A segment's id.").optional(),
  b: z.guid("A segment's id.").optional(),
  days: z.enum(["7", "30", "90"], "Either 7, 30 or 90 days.").optional(),
});

/** The choice of a query. Throws bad_request naming the invalid parameter. */
export function accountChoiceOf({ pair, a, b, days }: z.infer<typeof accountChoiceSchema>): AccountChoice {
  const fault = (field: string, message: string) => new AppError("bad_request", message, { field });
  const chosen = { days: Number(days ?? DEFAULT_DAYS) };
  if (pair !== "segment" && pair !== "segments") return { pair: { pair }, ...chosen };
  if (a === undefined) throw fault("a", "Choose a segment.");
  if (pair === "segment") return { pair: { pair, a }, ...chosen };
  if (b === undefined || b === a) throw fault("b", "Choose another segment.");
  return { pair: { pair, a, b }, ...chosen };
}

export const accountChoiceParams = ({ pair, days }: AccountChoice): Record<string, string> => {
  const { pair: name, ...segments } = pair;
  return { of: "accounts", pair: name, ...segments, days: String(days) };
};

export const accountSegmentsOf = ({ pair }: AccountChoice): Record<string, string> =>
  pair.pair === "segments" ? { a: pair.a, b: pair.b } : pair.pair === "segment" ? { a: pair.a } : {};

export type AccountGroup = { label: string; rule: AccountRule };
export type AccountGroups = { a: AccountGroup; b: AccountGroup; leftOut: AccountGroup[] };

export function accountGroupsOf(
  { pair, days }: AccountChoice,
  now: number,
  names: ReadonlyMap<string, string>,
): AccountGroups {
  const age = days + (pair.pair === "retained" ? OUTCOME_DAYS : 0);
  const at = new Date(now - age * DAY_MS).toISOString();
  const isOldEnough: AccountTest[] = [
    { of: "firstSeen", is: "since", at: BEGINNING },
    { of: "firstSeen", is: "before", at },
  ];
  const group = (label: string, ...tests: AccountTest[]): AccountGroup => ({
    label,
    rule: { kind: "and", of: [...isOldEnough, ...tests] },
  });
  const tooNew: AccountGroup = {
    label: `first seen within ${age} days`,
    rule: { kind: "and", of: [{ of: "firstSeen", is: "since", at }] },
  };
  const neverActive: AccountGroup = {
    label: "without anybody active so far",
    rule: { kind: "and", of: [{ of: "health", is: "oneOf", values: ["unseen"] }] },
  };
  const sides = (a: AccountGroup, b: AccountGroup, ...others: AccountGroup[]) => ({
    a,
    b,
    leftOut: [tooNew, ...others, neverActive],
  });
  const health = (state: "growing" | "quiet"): AccountTest => ({ of: "health", is: "oneOf", values: [state] });
  const isIn = (is: "in" | "notIn", id: string): AccountTest => ({ of: "segment", is, id });
  const members = (id: string) => `in “${names.get(id) ?? id}”`;
  switch (pair.pair) {
    case "retained":
      return sides(
        group("retained accounts", { of: "state", is: "noneOf", values: ["dormant"] }),
        group("churned accounts", { of: "state", is: "oneOf", values: ["dormant"] }),
      );
    case "health":
      return sides(
        group("growing accounts", health("growing")),
        group("accounts going quiet", health("quiet")),
        group("neither growing nor quiet", { of: "health", is: "noneOf", values: ["growing", "quiet"] }),
      );
    case "paying":
      return sides(
        group("paying accounts", { of: "revenue", is: "atLeast", n: 0.01 }),
        group("other accounts", { of: "revenue", is: "atMost", n: 0 }),
      );
    case "segment":
      return sides(group(members(pair.a), isIn("in", pair.a)), group("other accounts", isIn("notIn", pair.a)));
    case "segments":
      return sides(
        group(members(pair.a), isIn("in", pair.a), isIn("notIn", pair.b)),
        group(members(pair.b), isIn("in", pair.b), isIn("notIn", pair.a)),
        group("in both", isIn("in", pair.a), isIn("in", pair.b)),
        group("in neither", isIn("notIn", pair.a), isIn("notIn", pair.b)),
      );
  }
}

/** The rule for the accounts that a row counts in a group; for a mean, the whole group. */
export function accountRuleOfRow(
  { rule }: AccountGroup,
  { kind, key, value = "" }: RowSubject,
  days: number,
): AccountRule {
  const test = ((): AccountTest | null => {
    if (kind === "event")
      return {
        of: "did",
        event: key,
        where: [],
        is: "atLeast",
        n: 1,
        window: { within: days, of: "firstSeen" },
      };
    if (kind === "origin") return { of: "type", is: "oneOf", values: [value] };
    if (kind !== "property") return null;
    return { of: "property", test: { kind: "property", key, type: "text", is: "oneOf", values: [value] } };
  })();
  return test === null ? rule : { kind: "and", of: [...rule.of, test] };
}

/** "in their first 30 days". */
export const accountWindowText = ({ days }: AccountChoice): string =>
  `in their first ${days === 7 ? "week" : `${days} days`}`;
