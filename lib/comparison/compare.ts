import { AppError } from "@/lib/errors";
import { isProfileNumber } from "@/lib/identity/person-ref";
import { type Draw, drawPeople, type Universe, universeOf } from "@/lib/profiles/list/draw.queries";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Rule, RuleWindow } from "@/lib/segments/rule";
import { ruleSubjects } from "@/lib/segments/rule-subjects";
import { segmentNames } from "@/lib/segments/segments.queries";
import type { ComparisonChoice, ComparisonPair, TraitChoice } from "./choice";
import type { ComparisonGroup } from "./clock";
import { type Comparison, type CountedMean, type CountedShare, compareRows } from "./compared-rows";
import { type ComparedCount, comparedCounts, currentValuesOf } from "./counts.queries";
import { comparisonGroupsOf, type Groups, segmentsOf } from "./groups";
import type { Mean } from "./statistics";

/**
 * `universe`: in larger projects, the groups are drawn from a sample of this size. `read`: the most people read of a
 * group; with 2,000, an interval is within 2.2 points. `enough`: a group of which the universe has fewer people is
 * drawn from a wider one, or from everybody.
 */
type Limits = { universe: number; read: number; enough: number };
const LIMITS: Limits = { universe: 8_000, read: 2_000, enough: 400 };
/** Longer windows than this have more rows per person, so fewer people are read. */
const SHORT_DAYS = 7;
const LONG_SHARE = 0.6;
const MINUTE_MS = 60_000;

/** `people`: the group's size, estimated unless `isExact`; `read`: how many people shares are computed from. */
export type GroupSize = ComparisonGroup & { people: number; isExact: boolean; read: number };

export type GroupsCompared = {
  a: GroupSize;
  b: GroupSize;
  leftOut: Omit<GroupSize, "read">[];
  window: RuleWindow;
  comparison: Comparison;
  /** Shares of at least one group come from a sample. */
  isEstimate: boolean;
};

/**
 * Compares two groups; docs/comparison.md has the method. Throws bad_request naming the invalid parameter,
 * unprocessable for a segment that cannot be used, unavailable if it takes over half a minute.
 */
export async function comparePeople(
  scope: Scope,
  choice: ComparisonChoice | TraitChoice,
  at = Date.now(),
  limits = LIMITS,
): Promise<GroupsCompared> {
  // Rounded to the minute, so that reloading a URL shows the same people.
  const now = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const names = await namesOf(scope, choice.pair);
  const universe = await universeOf(scope, limits.universe);
  const isLong = choice.counted !== null && choice.counted.days > SHORT_DAYS;
  const limit = Math.ceil(limits.read * (isLong ? LONG_SHARE : 1));
  const draw = (rule: Rule, { enough }: Pick<Limits, "enough"> = limits) =>
    drawGroup(scope, rule, universe, now, { limit, enough });
  const drawBoth = async (groups: Groups) => {
    const [a, b] = await Promise.all([draw(groups.a.rule), draw(groups.b.rule)]);
    return { groups, a, b };
  };
  let { groups, a, b } = await drawBoth(comparisonGroupsOf(choice, now, names, false));
  if (isOfIdentified(choice.pair, a, b)) {
    groups = comparisonGroupsOf(choice, now, names, true);
    const redraw = (one: Draw, rule: Rule) => (areAllIdentified(one) ? one : draw(rule));
    [a, b] = await Promise.all([redraw(a, groups.a.rule), redraw(b, groups.b.rule)]);
  }
  const read = { a: a.people, b: b.people };
  const [all, ...others] = await Promise.all([
    choice.counted === null ? currentValuesOf(scope, read) : comparedCounts(scope, read, groups.window, now),
    ...groups.leftOut.map(({ rule }) => draw(rule, { enough: 0 })),
  ]);
  const leftOut = groups.leftOut.map((one, i) => ({ ...one, ...sizeOf(others[i] as Draw) }));
  const counts = withoutRuled(all, await ruleSubjects(scope, groups.a.rule));
  return {
    a: { ...groups.a, ...sizeOf(a), read: a.people.length },
    b: { ...groups.b, ...sizeOf(b), read: b.people.length },
    leftOut,
    window: groups.window,
    comparison: compareRows(sharesOf(counts, read), meansOf(counts, read)),
    isEstimate: [a, b].some((one) => one.share < 1 || one.found > one.people.length),
  };
}

/** Removes the subjects of the segments' own rules, which differ by definition. */
const withoutRuled = (counts: readonly ComparedCount[], ruled: ReadonlySet<string>): ComparedCount[] =>
  counts.filter(({ kind, key }) => !ruled.has(kind === "property" ? `p:${key}` : kind === "origin" ? key : `e:${key}`));

/** Identified people are only compared with identified people. */
function isOfIdentified({ pair }: ComparisonPair, a: Draw, b: Draw): boolean {
  if (pair !== "segment" && pair !== "segments") return false;
  const areIdentified = ({ people }: Draw) => people.length > 0 && people.every(isProfileNumber);
  return areIdentified(a) || (pair === "segments" && areIdentified(b));
}

/** Whether a draw has no visitor, so that it equals that of identified people. */
const areAllIdentified = ({ people, found }: Draw): boolean => found === people.length && people.every(isProfileNumber);

type Drawing = Parameters<typeof drawPeople>[3];

async function drawGroup(scope: Scope, rule: Rule, universe: Universe, now: number, options: Drawing): Promise<Draw> {
  const filter = await compileRule(scope, rule, now);
  return drawPeople(scope, { tab: "everyone", windowDays: 30, now, filter }, universe, options);
}

const sizeOf = ({ found, share }: Draw) => ({ people: Math.round(found / share), isExact: share === 1 });

/** The names of a pair's segments, by id. Throws bad_request naming the parameter of one that does not exist. */
async function namesOf(scope: Scope, pair: ComparisonPair): Promise<ReadonlyMap<string, string>> {
  const wanted = segmentsOf(pair);
  const names = await segmentNames(scope, Object.values(wanted));
  for (const [field, id] of Object.entries(wanted))
    if (!names.has(id)) throw new AppError("bad_request", "There is no such segment.", { field });
  return names;
}

/** The people read of each group. */
type Read = { a: { length: number }; b: { length: number } };

/** The minima of "at least so many" rows, by what is counted. */
const THRESHOLDS: { [key: string]: readonly number[] } = { visits: [2, 3, 5, 10], days: [2, 3, 5, 10] };

/** Rows of shares, of the people read of each group. */
export function sharesOf(counts: readonly ComparedCount[], { a, b }: Read): CountedShare[] {
  const row = (one: Omit<CountedShare, "a" | "b">, had: { a: number; b: number }): CountedShare => ({
    ...one,
    a: { had: had.a, people: a.length },
    b: { had: had.b, people: b.length },
  });
  const plain = counts
    .filter(({ n }) => n === null)
    .map(({ kind, key, property, value, ...had }) =>
      row({ kind, key, ...(property === null ? {} : { property }), ...(value === null ? {} : { value }) }, had),
    );
  const atLeast = Object.entries(THRESHOLDS).flatMap(([key, numbers]) =>
    numbers.map((number) => {
      const reached = counts.filter((one) => one.key === key && one.n !== null && one.n >= number);
      const sum = (side: "a" | "b") => reached.reduce((total, one) => total + one[side], 0);
      return row({ kind: "activity", key, value: String(number) }, { a: sum("a"), b: sum("b") });
    }),
  );
  return [...plain.filter((one) => !isRepeated(one, plain)), ...atLeast];
}

/** Whether everybody who did the event did it with this value, so that the event's row already shows it. */
function isRepeated(row: CountedShare, rows: readonly CountedShare[]): boolean {
  if (row.kind !== "eventProperty") return false;
  const event = rows.find(({ kind, key }) => kind === "event" && key === row.key);
  return event !== undefined && event.a.had + event.b.had === row.a.had + row.b.had;
}

/** Rows of means, of the people read of each group. */
export function meansOf(counts: readonly ComparedCount[], { a, b }: Read): CountedMean[] {
  const keys = [...new Set(counts.filter(({ n }) => n !== null).map(({ key }) => key))];
  return keys.map((key) => {
    const spread = counts.filter((one) => one.key === key && one.n !== null);
    const mean = (side: "a" | "b", people: number) =>
      meanOf(
        spread.map((one) => ({ n: one.n as number, times: one[side] })),
        people,
      );
    return { kind: "activity", key, a: mean("a", a.length), b: mean("b", b.length) };
  });
}

/** The mean of `people`: those in `spread` have its values, the others zero. */
function meanOf(spread: readonly { n: number; times: number }[], people: number): Mean {
  if (people < 2) return { mean: 0, variance: 0, people };
  const mean = spread.reduce((sum, { n, times }) => sum + n * times, 0) / people;
  const counted = spread.reduce((sum, { times }) => sum + times, 0);
  const squares = spread.reduce((sum, { n, times }) => sum + times * (n - mean) ** 2, (people - counted) * mean * mean);
  return { mean, variance: squares / (people - 1), people };
}
