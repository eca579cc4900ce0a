import { rangeOf } from "@/lib/format/range";
import { dailyQuery, headlineQuery } from "@/lib/overview/active-counts.queries";
import { activePeopleQuery } from "@/lib/overview/days.queries";
import { activePeople, daily, headlineOf } from "@/lib/overview/people.queries";
import {
  topEvents,
  topEventsQuery,
  topPages,
  topPagesQuery,
  topSources,
  topSourcesQuery,
} from "@/lib/overview/rankings.queries";
import type { Scope } from "@/lib/scope";
import type { Case } from "./case";

const ZONE = "Europe/Berlin";
const LISTED = 8;
const PAGE = 60;

/**
 * The overview of the last 30 days compared with the 30 before, one query per part, all parts as the page reads them,
 * and the people behind a number; and of a year.
 */
export function overviewCases(scope: Scope): Case[] {
  return [...casesOf(scope, "30"), ...casesOf(scope, "365")];
}

function casesOf(scope: Scope, days: "30" | "365"): Case[] {
  const range = rangeOf({ days }, Date.now(), ZONE);
  const page = { show: "active", limit: PAGE } as const;
  const [name, title] = days === "30" ? ["overview", "overview of 30 days"] : ["overview-year", "overview of a year"];
  const part = (of: string, what: string, rest: Pick<Case, "run" | "statement" | "path" | "marker">): Case => ({
    name: `${name}-${of}`,
    what: `${title}: ${what}`,
    toReachMs: null,
    ...rest,
  });
  const ranked = (
    read: typeof topEvents,
    query: typeof topEventsQuery,
  ): Pick<Case, "run" | "statement" | "path" | "marker"> => ({
    run: () => read(scope, range, range.before, LISTED),
    statement: async () => query(scope, range, range.before, LISTED),
    path: null,
    marker: /./,
  });
  const headline = {
    run: () => Promise.all([headlineOf(scope, range), headlineOf(scope, range.before)]),
    statement: async () => headlineQuery(scope, range),
    path: `/overview?days=${days}`,
    marker: /active people/,
  };
  const byDay = {
    run: () => Promise.all([daily(scope, range, ZONE), daily(scope, range.before, ZONE)]),
    statement: async () => dailyQuery(scope, range, ZONE),
    path: null,
    marker: /./,
  };
  const whole = async () => {
    await headline.run();
    await byDay.run();
    for (const read of [topEvents, topPages, topSources]) await read(scope, range, range.before, LISTED);
  };
  return [
    part("headline", "how many people, and before", headline),
    part("daily", "people by day, and before", byDay),
    part("events", "top events", ranked(topEvents, topEventsQuery)),
    part("pages", "top pages", ranked(topPages, topPagesQuery)),
    part("sources", "sources", ranked(topSources, topSourcesQuery)),
    {
      ...part("whole", "all of these, one after the other", { ...headline, run: whole, path: null }),
      toReachMs: days === "30" ? 300 : 500,
    },
    part("people", "the list of who was active", {
      run: () => activePeople(scope, range, page),
      statement: async () => activePeopleQuery(scope, range, { ...page, limit: PAGE + 1, from: undefined }),
      path: `/overview/people?days=${days}`,
      marker: /\/users\/[ua]%3A/,
    }),
  ];
}
