import "server-only";
import { lastDays } from "@/lib/format/range";
import { formatDay } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import type { Scope } from "@/lib/scope";
import { sizesOn } from "@/lib/segments/segments.queries";

/** Days of growth shown. */
export const GROWTH_DAYS = 90;

/** A segment's size at the end of each of the last days, oldest first, as points of its chart. */
export async function readGrowth(scope: Scope, segmentId: string) {
  const sizes = await sizesOn(scope, segmentId, lastDays(GROWTH_DAYS, Date.now(), await readerZone()));
  return sizes.map(({ day, people }) => ({ label: formatDay(Date.parse(day), "UTC"), people }));
}
