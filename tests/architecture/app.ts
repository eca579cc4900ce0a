import { importsOf, readSource, sources } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/**
 * A file of app/ parses its request, reads or writes through lib and the readers of components, and renders. The
 * checkable part: it is a file that Next calls by its name (or a file of server actions, which forms call), it does not
 * bypass lib's functions to reach the database, and it is short.
 */
const CALLED_BY_NEXT = /\/(?:page|layout|route|loading|error|not-found|robots|sitemap|(?:[a-z-]+-)?actions)\.tsx?$/;
/**
 * Lines after the imports. A page passes props to components, so it may be longer than a route, which returns one
 * answer.
 */
const MAX_LINES = { page: 70, other: 50 } as const;

/** Files with rules that belong into lib or components. May only shrink. */
const NOT_CALLED_BY_NEXT: readonly string[] = [];

/** Bypasses lib's functions. May only shrink. */
const KNOW_THE_DATABASE = ["app/api/health/route.ts → lib/db/health.queries.ts"] as const;

const app = sources.filter((path) => path.startsWith("app/"));

/** The code of a file: its lines without the imports at the top. */
function linesBehindImports(path: string): number {
  const heads = [...readSource(path).matchAll(/^(?:import .*|\} from ".*";)$/gm)];
  const last = heads.at(-1);
  return readSource(path)
    .slice(last ? last.index + last[0].length : 0)
    .trim()
    .split("\n").length;
}

const maxLinesOf = (path: string) => (/\/(?:page|layout)\.tsx$/.test(path) ? MAX_LINES.page : MAX_LINES.other);

export const APP_RULES: readonly Rule[] = [
  {
    guarantee: "no action has Next render every page again",
    advice:
      "refresh() updates the member's page; pages of the build would be refused their scripts (docs/decisions/0100).",
    breaches: () => app.filter((path) => /revalidatePath\(\s*["'`]\/["'`]/.test(readSource(path))),
  },
  {
    guarantee: "app holds only what Next or a form calls: pages, layouts, routes and actions",
    advice: "Move rules and reads to lib, markup and its data to components; the page calls them.",
    breaches: () =>
      beyond(
        app.filter((path) => !CALLED_BY_NEXT.test(`/${path}`)),
        NOT_CALLED_BY_NEXT,
      ),
  },
  {
    guarantee: "app does not bypass lib's functions to reach the database",
    advice: "Let the function in lib take the pool or transaction itself; from here it gets a Scope and values.",
    breaches: () => {
      const found = app.flatMap((path) =>
        importsOf(path)
          .filter((to) => /^lib\/(?:db|reading)\//.test(to))
          .map((to) => `${path} → ${to}`),
      );
      return beyond(found, KNOW_THE_DATABASE);
    },
  },
  {
    guarantee: "an app file is short",
    advice: `A page or layout has ${MAX_LINES.page} lines behind its imports at most, a route or action ${MAX_LINES.other}: what decides goes into lib, what it looks like into components.`,
    breaches: () =>
      app
        .filter((path) => linesBehindImports(path) > maxLinesOf(path))
        .map((path) => `${path}: ${linesBehindImports(path)} lines`),
  },
  {
    guarantee: "no visible link is prefetched before somebody points at it",
    advice: "Import Link from @/components/ui/link: next/link sends two requests for each visible link of a page.",
    breaches: () =>
      sources.filter((path) => path !== "components/ui/link.tsx" && /from "next\/link"/.test(readSource(path))),
  },
  {
    guarantee: "no link to a person or an account is prefetched",
    advice:
      "Add prefetch={false}: prefetching runs the layout, which the access log records as somebody having looked.",
    breaches: () =>
      sources
        .filter((path) => path.endsWith(".tsx"))
        .flatMap((path) =>
          [
            ...readSource(path).matchAll(
              /<Link\b[^>]*?href=\{(?:(?:user|account)Href\([^}]*\)|person\.href|row\.href)\}[^>]*>/g,
            ),
          ]
            .map(([tag]) => tag)
            .filter((tag) => !tag.includes("prefetch={false}"))
            .map((tag) => `${path}: ${tag.replaceAll(/\s+/g, " ").slice(0, 60)}`),
        ),
  },
];
