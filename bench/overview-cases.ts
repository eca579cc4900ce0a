import { rangeOf } from "@/lib/format/range";
import { activePeopleQuery, dailyQuery, headlineQuery } from "@/lib/overview/days.queries";
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

/** The overview of the last 30 days compared with the 30 before, one query per part, and the people behind a number. */
export function overviewCases(scope: Scope): Case[] {
  const range = rangeOf({ days: "30" }, Date.now(), ZONE);
  const page = { show: "active", limit: PAGE } as const;
  const part = (name: string, what: string, rest: Pick<Case, "run" | "statement" | "path" | "marker">): Case => ({
    name: `overview-${name}`,
    what: `overview of 30 days: ${what}`,
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
  return [
    part("headline", "how many people, and in the 30 before", {
      run: () => Promise.all([headlineOf(scope, range), headlineOf(scope, range.before)]),
      statement: async () => headlineQuery(scope, range),
      path: "/overview?days=30",
      marker: /active people/,
    }),
    part("daily", "people and events by day", {
      run: () => daily(scope, range, ZONE),
      statement: async () => dailyQuery(scope, range, ZONE),
      path: null,
      marker: /./,
    }),
    part("events", "top events", ranked(topEvents, topEventsQuery)),
    part("pages", "top pages", ranked(topPages, topPagesQuery)),
    part("sources", "sources", ranked(topSources, topSourcesQuery)),
    part("people", "the list of who was active", {
      run: () => activePeople(scope, range, page),
      statement: async () => activePeopleQuery(scope, range, { ...page, limit: PAGE + 1, from: undefined }),
      path: "/overview/people?days=30",
      marker: /\/users\/[ua]%3A/,
    }),
  ];
}
