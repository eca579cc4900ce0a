import { createLoader, parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { parseDay, startOfDay } from "@/lib/format/range";
import type { TimelineFilter } from "@/lib/timeline/types";

export const ORDERS = ["desc", "asc"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
export type Order = (typeof ORDERS)[number];

/** What is shown of a timeline and from where, as its URL says it. */
export const timelineParams = {
  order: parseAsStringLiteral(ORDERS).withDefault("desc"),
  q: parseAsString.withDefault(""),
  names: parseAsArrayOf(parseAsString).withDefault([]),
  /** A page whose views are shown, nothing else: "/pricing". */
  page: parseAsString.withDefault(""),
  /** "plan", or "plan:pro". */
  prop: parseAsString.withDefault(""),
  nopages: parseAsBoolean.withDefault(false),
  conversions: parseAsBoolean.withDefault(false),
  /** A day of the reader's zone that is the first to show: 2026-03-12. */
  since: parseAsString,
  /** A day of the reader's zone that is the last to show. */
  till: parseAsString,
  /** A day of the reader's zone to jump to: 2026-03-12. */
  on: parseAsString,
  /** The end of a visit to jump to, in ms. */
  until: parseAsString,
  /** The event that is open, as eventKey says it. */
  event: parseAsString,
};

export const loadTimelineParams = createLoader(timelineParams);
export type TimelineParams = Awaited<ReturnType<typeof loadTimelineParams>>;

/** What a URL filters by; undefined for nothing. `conversionNames`: what the project counts as conversions. */
export function filterOf(
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
