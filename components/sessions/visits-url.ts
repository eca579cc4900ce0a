import { one, type SearchParams, whoOf, withInternalOf } from "@/components/search-params";
import type { VisitsFilter } from "@/lib/sessions/project-visits.queries";

/** Filters of the sessions list in its URL, except dates and people. */
export function visitsFilterOf(search: SearchParams): Omit<VisitsFilter, "after" | "before" | "people"> {
  const pages = Number(one(search, "pages"));
  return {
    source: one(search, "source"),
    device: one(search, "device"),
    country: one(search, "country"),
    entry: one(search, "entry"),
    who: whoOf(search),
    ...withInternalOf(search),
    ...(Number.isInteger(pages) && pages > 0 && { minPages: pages }),
  };
}
