import { importsOf, linesOf, sources } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/**
 * A file of app/ parses its request, calls one function and renders. What can be checked of that: it is a file that Next calls by
 * its name (or a file of server actions, which forms call), it does not reach past lib's functions to the database, and it is short.
 */
const CALLED_BY_NEXT = /\/(?:page|layout|route|loading|error|not-found|actions)\.tsx?$/;
/** A page hands props to components, so it may be longer than a route or an action, which hands on one answer. */
const MAX_LINES = { page: 90, other: 60 } as const;

/** Files that hold rules which belong into lib or components. Only shrinks. */
const NOT_CALLED_BY_NEXT = [
  "app/(app)/[project]/people-filter.ts",
  "app/(app)/[project]/project-list.ts",
  "app/(app)/[project]/segments/[segmentId]/panels.tsx",
  "app/(app)/[project]/segments/[segmentId]/segment.ts",
  "app/(app)/[project]/users/[userId]/person.ts",
  "app/(app)/[project]/users/[userId]/timeline-page.ts",
  "app/(app)/[project]/users/people.ts",
  "app/u/find.ts",
] as const;

/** Reaches past lib's functions. Only shrinks. */
const KNOW_THE_DATABASE = [
  "app/(app)/[project]/users/corrections/actions.ts → lib/db/pool.ts",
  "app/api/health/route.ts → lib/db/health.queries.ts",
] as const;

/** Longer than that, and how long they may be: none grows, and one that fits leaves the list. Only shrinks. */
const LONG: Record<string, number> = {
  "app/(app)/[project]/events/page.tsx": 112,
  "app/(app)/[project]/overview/page.tsx": 141,
  "app/(app)/[project]/segments/[segmentId]/panels.tsx": 69,
  "app/(app)/[project]/segments/actions.ts": 78,
  "app/(app)/[project]/sessions/page.tsx": 105,
  "app/(app)/[project]/settings/page.tsx": 127,
  "app/(app)/[project]/users/[userId]/layout.tsx": 109,
  "app/(app)/[project]/users/[userId]/page.tsx": 123,
  "app/(app)/[project]/users/[userId]/timeline-page.ts": 70,
  "app/(app)/[project]/users/people.ts": 142,
  "app/api/projects/[project]/suggest/route.ts": 78,
};

const app = sources.filter((path) => path.startsWith("app/"));

const maxLinesOf = (path: string) => (/\/(?:page|layout)\.tsx$/.test(path) ? MAX_LINES.page : MAX_LINES.other);

export const APP_RULES: readonly Rule[] = [
  {
    guarantee: "app holds only what Next or a form calls: pages, layouts, routes and actions",
    advice: "Put a rule or a read into lib, markup and what it is made from into components; the page calls it.",
    breaches: () =>
      beyond(
        app.filter((path) => !CALLED_BY_NEXT.test(`/${path}`)),
        NOT_CALLED_BY_NEXT,
      ),
  },
  {
    guarantee: "app does not reach past lib's functions to the database",
    advice: "Let the function in lib take the pool or transaction itself; from here it gets a Scope and values.",
    breaches: () => {
      const found = app.flatMap((path) =>
        importsOf(path)
          .filter((to) => to.startsWith("lib/db/"))
          .map((to) => `${path} → ${to}`),
      );
      return beyond(found, KNOW_THE_DATABASE);
    },
  },
  {
    guarantee: "an app file is short",
    advice: `A page or layout has ${MAX_LINES.page} lines at most, a route or action ${MAX_LINES.other}: what decides goes into lib, what it looks like into components.`,
    breaches: () => {
      const long = app.filter((path) => linesOf(path) > maxLinesOf(path));
      const grown = long.filter((path) => linesOf(path) > (LONG[path] ?? Number.POSITIVE_INFINITY));
      return [...beyond(long, Object.keys(LONG)), ...grown.map((path) => `${path} grew to ${linesOf(path)} lines`)];
    },
  },
];
