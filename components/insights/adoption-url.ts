import { one, type SearchParams } from "@/components/search-params";
import type { Feature } from "@/lib/features/rule";
import { PRESET_DAYS, type PresetDays } from "@/lib/format/range";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type AdoptionParams = {
  days: PresetDays;
  /** Start of the recent period, in ms; rounded to the minute, so that numbers and the lists behind them agree. */
  from: number;
  segment: string | null;
  /** The event of the triangle, if the URL names one. */
  event: string | undefined;
  same: Record<string, string | undefined>;
};

/** The parameters of the adoption screen, or of its file. */
export function adoptionParams(search: SearchParams, now: number): AdoptionParams {
  const days = PRESET_DAYS.find((preset) => String(preset) === one(search, "days")) ?? 30;
  const segment = one(search, "segment");
  const event = one(search, "event")?.slice(0, 255);
  const known = segment !== undefined && UUID.test(segment) ? segment : null;
  return {
    days,
    from: Math.floor(now / MINUTE_MS) * MINUTE_MS - days * DAY_MS,
    segment: known,
    event,
    same: { days: String(days), segment: known ?? undefined, event },
  };
}

/** The event whose triangle is shown: the URL's, else the first feature's first. */
export const shownEvent = (features: readonly Feature[], event: string | undefined): string | undefined =>
  event ?? features[0]?.events[0];
