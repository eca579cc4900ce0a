import type { IncomingHttpHeaders } from "node:http";

/** A header set only by our own server, to `router` if Next's router prefetches, so that nobody sees the page yet. */
export const PREFETCH_HEADER = "x-throughline-prefetch";

/**
 * Who prefetches a page, before a click that may never come. `router`: Next's router, which gets the layouts down to
 * the loading state, never the page's content. `browser`: the browser, which gets the whole page, and may show it later
 * without another request. null: nobody; the page is opened.
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
