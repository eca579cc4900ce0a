import { execFileSync } from "node:child_process";
import { getPathMatch } from "next/dist/shared/lib/router/utils/path-match";
import config from "@/next.config.js";

/** The route file that Next answers a path with, as far as next.config.js rewrites paths. */

const root = new URL("../..", import.meta.url).pathname;

/** Every route file, from the root: "app/api/health/route.ts". */
export const routeFiles = (): string[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "app/**/route.ts"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n");

const rewrites = (await config.rewrites?.()) ?? [];
const first = Array.isArray(rewrites) ? [] : (rewrites.beforeFiles ?? []);

/** The patterns of rewritten paths, each with an example of a path: "/v1/:rest+" with "/v1/x". */
export const rewrittenPaths = (): { source: string; example: string; matches: (path: string) => boolean }[] =>
  first.map(({ source }) => ({
    source,
    example: source.replace(/:\w+[*+]/, "x"),
    matches: (path) => getPathMatch(source, { strict: true })(path) !== false,
  }));

/** The file of the route that a path is rewritten to; undefined if it is not rewritten. */
export function rewrittenTo(path: string): string | undefined {
  const at = rewrittenPaths().findIndex(({ matches }) => matches(path));
  return first[at] && `app${first[at].destination}/route.ts`;
}
