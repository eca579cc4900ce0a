import { createLoader, parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { parseDay, startOfDay } from "@/lib/format/range";
import type { TimelineFilter } from "@/lib/timeline/types";

export const TIMELINE_ORDERS = ["desc", "asc"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
export type TimelineOrder = (typeof TIMELINE_ORDERS)[number];

/** Filters, order and position of the timeline in its URL. */
export const timelineParams = {
  order: parseAsStringLiteral(TIMELINE_ORDERS).withDefault("desc"),
  q: parseAsString.withDefault(""),
  names: parseAsArrayOf(parseAsString).withDefault([]),
  /** Shows only views of this page: "/pricing". */
  page: parseAsString.withDefault(""),
  /** "plan", or "plan:pro". */
  prop: parseAsString.withDefault(""),
  nopages: parseAsBoolean.withDefault(false),
  conversions: parseAsBoolean.withDefault(false),
  /** First day shown, in the reader's zone: 2026-03-12. */
  since: parseAsString,
  /** Last day shown, in the reader's zone. */
  till: parseAsString,
  /** Day to jump to, in the reader's zone: 2026-03-12. */
  on: parseAsString,
  /** The end of a visit to jump to, in ms. */
  until: parseAsString,
  /** eventKey of the open event. */
  event: parseAsString,
};

export const loadTimelineParams = createLoader(timelineParams);
export type TimelineParams = Awaited<ReturnType<typeof loadTimelineParams>>;

/** The filter in a URL; undefined for none. `conversionNames`: the project's conversion events. */
export function timelineFilterOf(
  params: Pick<TimelineParams, "q" | "names" | "page" | "prop" | "nopages" | "conversions" | "since" | "till">,
  conversionNames: string[],
  zone: string,
): TimelineFilter | undefined {
  const [key = "", ...value] = params.prop.split(":");
  const since = parseDay(params.since ?? undefined);
  const till = parseDay(params.till ?? undefined);
  const filter: TimelineFilter = {
    ...(params.names.length > 0 && { names: params.names }),
    ...(params.page !== "" && { page: params.page }),
    ...(params.nopages && { hidePages: true }),
    ...(params.conversions && { conversions: conversionNames }),
    ...(key !== "" && { property: { key, value: value.length > 0 ? value.join(":") : null } }),
    ...(since !== null && { since: startOfDay(since, zone) }),
    ...(till !== null && { till: startOfDay(till + DAY_MS, zone) }),
    ...(params.q.trim() !== "" && { search: params.q.trim() }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}
