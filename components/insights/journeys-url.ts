import { firstValue, rangeParamsOf, rangeQuery, type SearchParams } from "@/components/search-params";
import { daysOf, type PresetDays, rangeOf } from "@/lib/format/range";
import type { Cohort, Goal } from "@/lib/journeys/journeys";

const DEFAULT_DAYS = "90";
const MAX_EVENT_CHARS = 255;

export type JourneysParams = {
  goal: Goal;
  cohort: Cohort;
  /** The URL's own parameters, for links to the same screen. */
  same: Record<string, string | undefined>;
  days: string[];
  preset: PresetDays | null;
};

/** The parameters of the journeys screen, or of its file. */
export function journeysParams(search: SearchParams, now: number, zone: string): JourneysParams {
  const given = rangeParamsOf(search);
  const range = rangeOf(given.days || given.from ? given : { days: DEFAULT_DAYS }, now, zone);
  const days = daysOf(range, zone);
  const event = firstValue(search, "goal")?.slice(0, MAX_EVENT_CHARS);
  return {
    goal: event === undefined ? "signUp" : { event },
    cohort: { from: range.from, to: range.to },
    same: { ...rangeQuery(range, days), goal: event },
    days,
    preset: range.preset,
  };
}
