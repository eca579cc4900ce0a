import type { Feature } from "@/lib/features/rule";
import { DROPPED_MIN } from "@/lib/risk/reason";
import { type AccountNode, type AccountRule, type AccountTest, accountRuleSchema } from "@/lib/segments/rule";
import type { WeekColumn } from "./adoption";
import { type UseGroup, WEEK_MS } from "./adoption";

/** The rule for the accounts behind each adoption number, by what any of their people did for them. Pure. */

const EVER = { ever: true as const };
/** Before anything happened. */
const EARLIEST = "1900-01-01";
const seen: AccountTest = { of: "firstSeen", is: "since", at: EARLIEST };

/** Nodes that select the accounts ever seen, of a segment of accounts if one is given. */
const population = (segment: string | null): AccountNode[] => [
  seen,
  ...(segment === null ? [] : [{ of: "segment" as const, is: "in" as const, id: segment }]),
];
export const accountsRule = (segment: string | null): AccountRule => ({ kind: "and", of: population(segment) });

const did = (event: string, n: number, window: object = EVER): AccountTest =>
  ({ of: "did", event, where: [], is: "atLeast", n, window }) as AccountTest;
const didNot = (event: string, window: object = EVER): AccountTest =>
  ({ of: "did", event, where: [], is: "exactly", n: 0, window }) as AccountTest;
const firstDid = (event: string, window: object): AccountTest => ({ of: "firstDid", event, window }) as AccountTest;
const anyOf = (of: AccountNode[]): AccountNode => (of.length === 1 ? (of[0] as AccountNode) : { kind: "or", of });

/** The rule for the accounts of a cell; null if no rule can describe them (features of many events). */
export function accountRuleOfCell(
  { events }: Feature,
  column: UseGroup,
  { segment, from }: { segment: string | null; from: number },
): AccountRule | null {
  const since = { since: new Date(from).toISOString() };
  const before = { since: EARLIEST, before: since.since };
  const of: Record<UseGroup, () => AccountNode[]> = {
    ever: () => [anyOf(events.map((event) => did(event, 1)))],
    recent: () => [anyOf(events.map((event) => did(event, 1, since)))],
    dropped: () => [
      anyOf(events.map((event) => did(event, DROPPED_MIN))),
      ...events.map((event) => didNot(event, since)),
      { of: "lastSeen", is: "since", at: since.since },
    ],
    first: () =>
      events.length === 1
        ? [firstDid(events[0] as string, since)]
        : [anyOf(events.map((event) => did(event, 1, since))), ...events.map((event) => didNot(event, before))],
    again: () => [anyOf([...events.map((event) => did(event, 2)), ...pairs(events)])],
    never: () => events.map((event) => didNot(event)),
  };
  return validRule({ kind: "and", of: [...population(segment), ...of[column]()] });
}

/** Two different events count as two uses. */
const pairs = (events: readonly string[]): AccountNode[] =>
  events.flatMap((a, i) => events.slice(i + 1).map((b): AccountNode => ({ kind: "and", of: [did(a, 1), did(b, 1)] })));

/** Like ruleOfWeek, for accounts. */
export function accountRuleOfWeek(
  feature: Feature,
  column: WeekColumn,
  monday: number,
  segment: string | null,
): AccountRule | null {
  if (column === "first") return accountRuleOfCohort(feature, monday, segment);
  const { events } = feature;
  const iso = (ts: number) => new Date(ts).toISOString();
  const end = iso(monday + WEEK_MS);
  const [week, before] = [
    { since: iso(monday), before: end },
    { since: EARLIEST, before: iso(monday) },
  ];
  const of: Record<Exclude<WeekColumn, "first">, () => AccountNode[]> = {
    again: () => [
      anyOf(events.map((event) => did(event, 1, week))),
      anyOf(events.map((event) => did(event, 1, before))),
    ],
    never: () => [
      { of: "firstSeen", is: "before", at: end },
      ...events.map((event) => didNot(event, { since: EARLIEST, before: end })),
    ],
  };
  return validRule({ kind: "and", of: [...population(segment), ...of[column]()] });
}

const validRule = (rule: AccountRule): AccountRule | null => {
  const checked = accountRuleSchema.safeParse(rule);
  return checked.success ? checked.data : null;
};

/** Like ruleOfCohort, for accounts. */
export function accountRuleOfCohort(
  { events }: Feature,
  monday: number,
  segment: string | null,
  n?: number,
): AccountRule | null {
  const iso = (ts: number) => new Date(ts).toISOString();
  const week = { since: iso(monday), before: iso(monday + WEEK_MS) };
  const [only, ...others] = events;
  if (only === undefined || (n !== undefined && others.length > 0)) return null;
  const began =
    others.length === 0
      ? [firstDid(only, week)]
      : [
          anyOf(events.map((event) => did(event, 1, week))),
          ...events.map((event) => didNot(event, { since: EARLIEST, before: week.since })),
        ];
  const later = n === undefined ? [] : [did(only, 1, { within: 7, of: { event: only }, after: 7 * n })];
  return validRule({ kind: "and", of: [...population(segment), ...began, ...later] });
}
