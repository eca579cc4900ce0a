import type { ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";

/** NUL, URL-encoded; none of our texts may contain it. */
const NUL = "%00";
/** A path without a page: for URLs that cannot be decoded, Next would show its own page instead of our 404. */
const UNKNOWN_PAGE = "/unreadable/address";

/** The path of a URL, and its query ("" or "?…"). */
function partsOf(url: string): [path: string, query: string] {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at)];
}

/** Whether every segment of a path can be decoded. "%E0%A4%A" is an incomplete character. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a path has an empty segment or a backslash. Next redirects such a URL to one without, and repeats the query
 * in two headers that may be too long.
 */
const hasEmptySegment = (path: string): boolean => path.includes("//") || path.includes("\\");

/**
 * Why the API rejects a URL; null if it does not. Clients that send such URLs have a bug and need the reason. An empty
 * segment is usually an id that was left out: `/profiles//events` must not become `/profiles/events`.
 */
export function apiRefusal(url: string): AppError | null {
  const [path, query] = partsOf(url);
  if (!isReadable(path)) {
    return new AppError("bad_request", "This address is not percent-encoded properly. Use encodeURIComponent for ids.");
  }
  if (hasEmptySegment(path)) return new AppError("not_found", "A part of this address is empty: is an id missing?");
  if (!url.includes(NUL)) return null;
  const field = [...new URLSearchParams(query)].find(([name, value]) => `${name}${value}`.includes("\0"))?.[0];
  const options = field === undefined ? {} : { field: field.replaceAll("\0", "") };
  return new AppError("bad_request", "An address cannot contain NUL (%00).", options);
}

/**
 * The URL of the requested page, without NULs in its query and empty segments in its path, as whoever pasted them
 * probably meant. One that cannot be decoded or has a NUL in its path is a 404.
 */
export function pageAddress(url: string): string {
  const [path, query] = partsOf(url);
  if (!isReadable(path) || path.includes(NUL)) return UNKNOWN_PAGE;
  return path.replace(/[/\\]+/g, "/") + query.replaceAll(NUL, "");
}

/** A sender's URL without repeated slashes: its base URL may end in one ("https://host/api/" + "/track"). */
export function joinSlashes(url: string): string {
  const [path, query] = partsOf(url);
  return path.includes("//") ? path.replace(/\/{2,}/g, "/") + query : url;
}

/**
 * Where to send a browser whose URL's path begins like a host ("//users"); null for any other. The page's own scripts
 * cannot work there: to the browser's history its path is another site.
 */
export function withoutHost(url: string): string | null {
  return /^[/\\]{2}/.test(url) ? pageAddress(url) : null;
}

/** Sends an API error before any route runs. */
export function answerRefusal(response: ServerResponse, refused: AppError): void {
  response.writeHead(refused.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(refused.toBody()));
}
