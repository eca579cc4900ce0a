import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import {
  countFilters,
  firstValue,
  identifiedOrAnonymous,
  parsePropertyFilter,
  type SearchParams,
  withInternalOf,
} from "@/components/search-params";
import { toItem } from "@/components/timeline/item";
import type { StreamRow } from "@/components/timeline/stream";
import type { StreamFilter } from "@/lib/timeline/project-events.queries";
import type { RecentEvent } from "@/lib/timeline/recent-events.queries";

/** The filters of the events list that its URL sets, except the dates. */
export const streamFilterOf = (search: SearchParams): Omit<StreamFilter, "after" | "before"> => ({
  name: firstValue(search, "name"),
  path: firstValue(search, "path"),
  page: firstValue(search, "page"),
  country: firstValue(search, "country"),
  device: firstValue(search, "device"),
  property: parsePropertyFilter(firstValue(search, "prop")),
  who: identifiedOrAnonymous(search),
  ...withInternalOf(search),
});

/** Whether no filter on events is set; filters on people do not count. */
export const isUnfiltered = ({ withInternal: _, ...filter }: Partial<StreamFilter>): boolean =>
  countFilters(filter) === 0;

export const toStreamRow = ({ person, ...event }: RecentEvent, projectId: string): StreamRow => ({
  item: toItem({ ...event, attribution: "explicit" }),
  person: personName(person),
  href: userHref(projectId, person.ref),
});
