import type { Feature } from "@/lib/features/rule";
import { DROPPED_MIN } from "@/lib/risk/reason";
import { type Condition, type Rule, type RuleGroup, type RuleNode, ruleSchema } from "@/lib/segments/rule";

/** How feature use is counted, and the rule for the people behind each number. Pure. */

const DAY_MS = 24 * 60 * 60 * 1000;
export const WEEK_MS = 7 * DAY_MS;
/** Weeks of first use in the retention triangle, including the current one. */
export const COHORT_WEEKS = 12;

/**
 * Groups of people by their use of a feature. `again`: used it at least twice. `dropped`: did one of its events
 * DROPPED_MIN times or more, none of its events recently, and were active recently.
 */
export const USE_GROUPS = ["ever", "recent", "dropped", "first", "again", "never"] as const;
export type UseGroup = (typeof USE_GROUPS)[number];
/** `firstBefore`: like `first`, in the equally long period before. */
export type FeatureRow = { feature: Feature; firstBefore: number } & Record<UseGroup, number>;
/**
 * Groups of a week. `first`: used it for the first time in this week. `again`: used it in this week and before it.
 * `never`: known by the end of the week, and had not used it by then.
 */
export const WEEK_COLUMNS = ["first", "again", "never"] as const;
export type WeekColumn = (typeof WEEK_COLUMNS)[number];
/**
 * Whose use is counted: those of a segment and of an account, by their ids; without both, every identified person, or
 * account.
 */
export type AdoptionPopulation = { segment: string | null; account?: string | null };
export const EVERYBODY: AdoptionPopulation = { segment: null };
/**
 * `from`: when the recent period, which ends now, begins, in ms; `before`: when the period it is compared with begins.
 */
export type AdoptionCriteria = AdoptionPopulation & { from: number; before: number };

/** A sample: `read` people of the `found` ones, for whom a `share` of everybody was searched. */
export type Sampled = { read: number; found: number; share: number };
/** `isEstimate`: numbers are scaled up from `read` people or accounts, and are off by at most `margin` (marginOf). */
export type Estimate = { isEstimate: boolean; read: number; margin: number };
/** 19 in 20 draws of a normal distribution are within this many standard deviations. */
const DEVIATIONS = 1.96;

/**
 * How far a number scaled up from those read is off at most, in 19 of 20 cases, as both the share of those who have
 * something and, if only a share of everybody was searched, the total are estimated. 0 if all were read. Small numbers
 * are off by less.
 */
export function marginOf({ read, found, share }: Sampled): number {
  if (read === 0 || (read >= found && share === 1)) return 0;
  const total = found / share;
  return Math.ceil(DEVIATIONS * total * Math.sqrt((1 - read / total) / (4 * read) + (1 - share) / found));
}

export const estimateOf = (sampled: Sampled): Estimate => ({
  isEstimate: sampled.share < 1 || sampled.found > sampled.read,
  read: sampled.read,
  margin: marginOf(sampled),
});

const IDENTIFIED: Condition = { kind: "identified", is: true };
const population = ({ segment, account = null }: AdoptionPopulation): RuleNode[] => [
  IDENTIFIED,
  ...(segment === null ? [] : [{ kind: "segment" as const, is: "in" as const, id: segment }]),
  ...(account === null ? [] : [{ kind: "account" as const, is: "in" as const, ids: [account] }]),
];
export const populationRule = (whom: AdoptionPopulation): Rule => ({ kind: "and", of: population(whom) });

const EVER = { ever: true as const };
const did = (event: string, n: number, window: object = EVER): Condition =>
  ({ kind: "did", event, where: [], is: "atLeast", n, window }) as Condition;
const didNot = (event: string, window: object = EVER): Condition =>
  ({ kind: "did", event, where: [], is: "exactly", n: 0, window }) as Condition;
const anyOf = (of: RuleNode[]): RuleNode =>
  of.length === 1 ? (of[0] as RuleNode) : ({ kind: "or", of } satisfies RuleGroup);

/** Before anything happened. */
const EARLIEST = "1900-01-01";

/** The rule for the people of a cell; null if no rule can describe them (features of many events). */
export function ruleOfCell(
  feature: Feature,
  column: UseGroup,
  criteria: Omit<AdoptionCriteria, "before">,
): Rule | null {
  const since = { since: new Date(criteria.from).toISOString() };
  const before = { since: EARLIEST, before: since.since };
  const { events } = feature;
  const of = {
    ever: () => [anyOf(events.map((event) => did(event, 1)))],
    recent: () => [anyOf(events.map((event) => did(event, 1, since)))],
    dropped: () => [
      anyOf(events.map((event) => did(event, DROPPED_MIN))),
      ...events.map((event) => didNot(event, since)),
      { kind: "time", field: "lastSeen", is: "since", at: since.since } as Condition,
    ],
    // With several events, none may have been done before.
    first: () =>
      events.length === 1
        ? [{ kind: "firstDid", event: events[0], window: since } as Condition]
        : [anyOf(events.map((event) => did(event, 1, since))), ...events.map((event) => didNot(event, before))],
    again: () => [anyOf([...events.map((event) => did(event, 2)), ...pairs(events)])],
    never: () => events.map((event) => didNot(event)),
  }[column]();
  return ruleOf(criteria, of);
}

function ruleOf(whom: AdoptionPopulation, of: RuleNode[]): Rule | null {
  const parsed = ruleSchema.safeParse({ kind: "and", of: [...population(whom), ...of] });
  return parsed.success ? parsed.data : null;
}

/** Two different events count as two uses. */
const pairs = (events: readonly string[]): RuleNode[] =>
  events.flatMap((a, i) => events.slice(i + 1).map((b): RuleNode => ({ kind: "and", of: [did(a, 1), did(b, 1)] })));

/**
 * A week of first use (its Monday, ms): how many people started, and how many of them used it in the nth week after.
 */
export type CohortRow = { monday: number; people: number; used: (number | null)[] };

/** The Monday, midnight UTC, of the week of `ts`. The epoch was a Thursday. */
export const mondayOf = (ts: number): number => Math.floor((ts / DAY_MS + 3) / 7) * WEEK_MS - 3 * DAY_MS;

export const firstMonday = (now: number): number => mondayOf(now) - (COHORT_WEEKS - 1) * WEEK_MS;

/**
 * The triangle's rows, oldest first. `began`: people by Monday; `used`: people by "Monday week". In the rows, null
 * means that the week is not over yet for everybody.
 */
export function cohortRows(
  began: ReadonlyMap<number, number>,
  used: ReadonlyMap<string, number>,
  now: number,
): CohortRow[] {
  return Array.from({ length: COHORT_WEEKS }, (_, i) => {
    const monday = firstMonday(now) + i * WEEK_MS;
    const isOver = (n: number) => monday + WEEK_MS + (n + 1) * WEEK_MS <= now;
    return {
      monday,
      people: began.get(monday) ?? 0,
      used: Array.from({ length: COHORT_WEEKS - 1 }, (_, week) =>
        isOver(week + 1) ? (used.get(`${monday} ${week + 1}`) ?? 0) : null,
      ),
    };
  });
}

/**
 * The rule for people who first used a feature in this week; with `n`, for those of them who used it in the nth week
 * after (1: the next). Null if no rule can describe them: with several events, later weeks count from the first of any.
 */
export function ruleOfCohort(
  { events }: Pick<Feature, "events">,
  monday: number,
  whom: AdoptionPopulation,
  n?: number,
): Rule | null {
  const iso = (ts: number) => new Date(ts).toISOString();
  const week = { since: iso(monday), before: iso(monday + WEEK_MS) };
  const [event, ...others] = events;
  if (event === undefined || (n !== undefined && others.length > 0)) return null;
  const began: RuleNode[] =
    others.length === 0
      ? [{ kind: "firstDid", event, window: week }]
      : [
          anyOf(events.map((one) => did(one, 1, week))),
          ...events.map((one) => didNot(one, { since: EARLIEST, before: week.since })),
        ];
  const later = n === undefined ? [] : [did(event, 1, { within: 7, of: { event }, after: 7 * n })];
  return ruleOf(whom, [...began, ...later]);
}

/**
 * The rule for the people behind a number of a week (weeks.ts): those who first used a feature in it, those who used it
 * in it and before, or those known by its end who had not used it yet.
 */
export function ruleOfWeek(
  { events }: Pick<Feature, "events">,
  column: WeekColumn,
  monday: number,
  whom: AdoptionPopulation,
) {
  if (column === "first") return ruleOfCohort({ events }, monday, whom);
  const iso = (ts: number) => new Date(ts).toISOString();
  const end = iso(monday + WEEK_MS);
  const [week, before] = [
    { since: iso(monday), before: end },
    { since: EARLIEST, before: iso(monday) },
  ];
  const of: RuleNode[] =
    column === "again"
      ? [anyOf(events.map((event) => did(event, 1, week))), anyOf(events.map((event) => did(event, 1, before)))]
      : [
          { kind: "time", field: "firstSeen", is: "before", at: end },
          ...events.map((event) => didNot(event, { since: EARLIEST, before: end })),
        ];
  return ruleOf(whom, of);
}
