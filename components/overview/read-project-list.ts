import { allSegments, segmentChoices } from "@/lib/segments/segments.queries";
import "server-only";
import type { ProjectListState } from "@/components/overview/project-list";
import { firstValue, internalOf, queryString, rangeParamsOf, type SearchParams } from "@/components/search-params";
import type { Viewing } from "@/lib/auth/guard";
import { countryName } from "@/lib/format/place";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { readPeopleFilter } from "@/lib/segments/read-filter";
import { visitCountries } from "@/lib/sessions/visit-countries.queries";

const COUNTRIES_OFFERED = 30;

export type ProjectListProps = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

/** The state of a project-wide list (visits, events) in its URL: dates, people and cursor. */
export async function readProjectList(
  screen: "sessions" | "events",
  { scope, project }: Viewing,
  searchParams: ProjectListProps["searchParams"],
) {
  const [search, zone] = [await searchParams, await readerZone()];
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const cursor = firstValue(search, "cursor");
  const [{ shown, people }, countries, segments] = await Promise.all([
    readPeopleFilter(scope, firstValue(search, "filter") ?? "", internalOf(search)),
    visitCountries(scope, range, COUNTRIES_OFFERED),
    allSegments(scope),
  ]);
  const urlParams = Object.fromEntries(Object.keys(search).map((name) => [name, firstValue(search, name)]));
  const href = `/${project.id}/${screen}`;
  const days = daysOf(range, zone);
  const state: ProjectListState = {
    projectId: project.id,
    href,
    first: href + queryString({ ...urlParams, cursor: null }),
    everybody: href + queryString({ ...urlParams, filter: null, cursor: null }),
    withInternal:
      internalOf(search) === "without" ? href + queryString({ ...urlParams, own: "with", cursor: null }) : null,
    file: `${href}/export${queryString({ ...urlParams, cursor: null })}`,
    range: { preset: range.preset, first: days[0] ?? "", last: days.at(-1) ?? "", today: dayKey(clock.now, zone) },
    countries: countries.map((code) => ({ value: code, label: countryName(code) ?? code })),
    segments: segmentChoices(segments),
    people: shown,
  };
  const pagesOf = (next: string | null) => ({
    first: cursor === undefined ? null : state.first,
    next: next === null ? null : href + queryString({ ...urlParams, cursor: next }),
  });
  return { scope, search, clock, range, urlParams, cursor, people, state, pagesOf };
}
