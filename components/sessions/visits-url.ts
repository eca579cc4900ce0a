import { firstValue, identifiedOrAnonymous, type SearchParams, withInternalOf } from "@/components/search-params";
import type { VisitsFilter } from "@/lib/sessions/project-visits.queries";

/** Filters of the sessions list in its URL, except dates and people. */
export function visitsFilterOf(search: SearchParams): Omit<VisitsFilter, "after" | "before" | "people"> {
  const pages = Number(firstValue(search, "pages"));
  return {
    source: firstValue(search, "source"),
    device: firstValue(search, "device"),
    country: firstValue(search, "country"),
    entry: firstValue(search, "entry"),
    who: identifiedOrAnonymous(search),
    ...withInternalOf(search),
    ...(Number.isInteger(pages) && pages > 0 && { minPages: pages }),
  };
}
