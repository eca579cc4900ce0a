import { formatCount } from "@/lib/format/number";

/**
 * The health of an account, from how many of its people are active per week; the first matching state wins. Postgres
 * computes it with the row (generated columns of account_facts, migration account_health); tests compare the two.
 * Reasons and limits: docs/decisions/0063-account-lists.md.
 *
 * - unseen: nobody was ever active.
 * - gone: nobody for twelve weeks.
 * - new: first seen within NEW_ACCOUNT_DAYS.
 * - quiet: usually at least 1 person a week, and at most half as many in both the last seven days and the last full
 *   week.
 * - growing: the last seven days and the last full week each had at least 50 % and two people more than usual.
 * - steady: everything else.
 */
export const HEALTH_STATES = ["quiet", "growing", "new", "steady", "gone", "unseen"] as const;
export type HealthState = (typeof HEALTH_STATES)[number];
/** How urgently an account needs attention: quiet first. Numbered as in account_facts.health. */
export const HEALTH_RANKS: { [State in HealthState]: number } = {
  quiet: 1,
  growing: 2,
  new: 3,
  steady: 4,
  gone: 5,
  unseen: 6,
};
export type Health = { state: HealthState; reason: string };

export const HEALTH_LABELS: { [State in HealthState]: string } = {
  quiet: "Going quiet",
  growing: "Growing",
  new: "New",
  steady: "Steady",
  gone: "Gone",
  unseen: "Never active",
};

/** `weekPeople`: active people per week, oldest first, twelve of them; the last is the current week. Times in ms. */
export type HealthFacts = {
  people: number;
  active7: number;
  active30: number;
  weekPeople: readonly number[];
  firstSeen: number | null;
  lastSeen: number | null;
  /** The UTC day the facts were computed for, in ms. */
  computedOn: number;
};

const DAY_MS = 86_400_000;
export const NEW_ACCOUNT_DAYS = 30;
/** How many weeks define the usual week: the eight before the last full one. */
export const USUAL_WEEKS = 8;
/** Index of the first of them in `weekPeople`, and of the last full week. */
export const USUAL_FROM = 2;
export const LAST_FULL_WEEK = 10;
export const GONE_ACCOUNT_DAYS = 84;

const ageDays = (first: number, on: number): number => Math.floor(on / DAY_MS) - Math.floor(first / DAY_MS);

/** Active people in a usual week; weeks before the account was first seen do not count. */
export function usualWeek({ weekPeople, firstSeen, computedOn }: HealthFacts): number {
  if (firstSeen === null) return 0;
  const weeks = Math.min(USUAL_WEEKS, Math.max(1, Math.floor(ageDays(firstSeen, computedOn) / 7) - 1));
  let sum = 0;
  for (let i = 0; i < USUAL_WEEKS; i++) sum += weekPeople[USUAL_FROM + i] ?? 0;
  return sum / weeks;
}

export function healthOf(facts: HealthFacts): Health {
  const { people, active7, active30, weekPeople, firstSeen, lastSeen, computedOn } = facts;
  if (firstSeen === null || lastSeen === null) return { state: "unseen", reason: "none of its people was ever active" };
  const silent = ageDays(lastSeen, computedOn);
  if (silent >= GONE_ACCOUNT_DAYS) return { state: "gone", reason: `nobody for ${formatCount(silent)} days` };
  const age = ageDays(firstSeen, computedOn);
  if (age < NEW_ACCOUNT_DAYS)
    return { state: "new", reason: `first seen ${age === 0 ? "today" : ago(age)}, ${active(active7, people)}` };
  const usual = usualWeek(facts);
  const lastWeek = weekPeople[LAST_FULL_WEEK] ?? 0;
  const higher = Math.max(active7, lastWeek);
  if (usual >= 1 && 2 * higher <= usual)
    return {
      state: "quiet",
      reason: `${active7 === 0 ? "nobody" : personCount(active7)} in 7 days, ${usuallyText(usual)}`,
    };
  const lower = Math.min(active7, lastWeek);
  if (2 * lower >= 3 * usual && lower - usual >= 2)
    return { state: "growing", reason: `${personCount(active7)} in 7 days, up from ${roundedText(usual)}` };
  return {
    state: "steady",
    reason: active7 > 0 ? active(active7, people) : `${active30} of ${people} active in 30 days`,
  };
}

/** The list's trend column: how many more, or fewer, people than in a usual week. */
export const trendOf = (facts: HealthFacts): number => facts.active7 - usualWeek(facts);

const personCount = (value: number): string => `${formatCount(value)} ${value === 1 ? "person" : "people"}`;
const ago = (days: number): string => `${days} ${days === 1 ? "day" : "days"} ago`;
const active = (value: number, people: number): string =>
  `${value === 0 ? "nobody" : `${formatCount(value)} of ${formatCount(Math.max(people, value))}`} active in 7 days`;
const usuallyText = (value: number): string => `usually ${roundedText(value)}`;
/** "5", "1.5": small numbers get one decimal place. */
const roundedText = (value: number): string => (value < 3 ? String(Math.round(value * 10) / 10) : formatCount(value));
