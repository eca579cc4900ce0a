import type { IncomingHttpHeaders } from "node:http";

/** A header that only our own server sets: the router fetches ahead, so nobody has seen anything yet. */
export const PREFETCH_HEADER = "x-throughline-prefetch";

/**
 * Who fetches a page ahead of a click that may never come. `router`: Next's, which is given the parts around a page
 * down to its loading state, never the page's own content. `browser`: gets all of the page, and shows it later without
 * asking again. null: somebody opens it.
 */
export function prefetchOf(method: string | undefined, headers: IncomingHttpHeaders): "router" | "browser" | null {
  if (method !== "GET" && method !== "HEAD") return null;
  // Without "rsc", or with another value ("2": the content too), Next renders the whole page.
  if (headers.rsc === "1" && headers["next-router-prefetch"] === "1") return "router";
  const purposes = [headers["sec-purpose"], headers.purpose, headers["x-moz"], headers["x-purpose"]];
  return purposes.some((purpose) => /\b(?:prefetch|prerender|preview)\b/i.test(String(purpose ?? "")))
    ? "browser"
    : null;
}
