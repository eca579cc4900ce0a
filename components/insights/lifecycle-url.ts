import { firstValue, rangeParamsOf, rangeQuery, type SearchParams } from "@/components/search-params";
import { daysOf, type PresetDays, rangeOf } from "@/lib/format/range";
import { dayOf } from "@/lib/format/time";
import { LIFECYCLE_SUBJECTS, type LifecycleSubject } from "@/lib/lifecycle/weeks";

/** About three months, by default. */
const DEFAULT_DAYS = "90";

export type LifecycleParams = {
  who: LifecycleSubject;
  /** "1": dormant people are part of the bars. */
  dormant: string | undefined;
  /** The chosen days as URL parameters. */
  dates: Record<string, string>;
  /** The first and the last chosen day, as days since 1970. */
  range: { from: number; to: number };
  days: string[];
  preset: PresetDays | null;
};

/** The parameters of the lifecycle screen, or of its file. */
export function lifecycleParams(search: SearchParams, now: number, zone: string): LifecycleParams {
  const given = rangeParamsOf(search);
  const range = rangeOf(given.days || given.from ? given : { days: DEFAULT_DAYS }, now, zone);
  const days = daysOf(range, zone);
  return {
    who: LIFECYCLE_SUBJECTS.find((who) => who === firstValue(search, "who")) ?? "identified",
    dormant: firstValue(search, "dormant") ? "1" : undefined,
    dates: rangeQuery(range, days),
    range: { from: dayOf(Date.parse(days[0] ?? "")), to: dayOf(Date.parse(days.at(-1) ?? "")) },
    days,
    preset: range.preset,
  };
}
