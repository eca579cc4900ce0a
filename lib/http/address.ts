import type { ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";

/** How NUL, which no text of ours holds, is written in an address. */
const NUL = "%00";
/** A page there is none of. Next's own page for addresses it cannot decode is not ours. */
const NOWHERE = "/unreadable/address";

/** The path of an address, its query ("" or "?…"). */
function partsOf(url: string): [path: string, query: string] {
  const at = url.indexOf("?");
  return at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at)];
}

/** Can every part of a path be decoded? "%E0%A4%A" is the beginning of a letter. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Next redirects an address with either to one without, and repeats the query in two headers that may be too long. */
const hasEmptySegment = (path: string): boolean => path.includes("//") || path.includes("\\");

/**
 * Why the API refuses an address; null: it does not. A client that sends such a one has a fault, and wants to know
 * where. An empty segment is most often an id that was left out: `/profiles//events` must not become
 * `/profiles/events`.
 */
export function apiRefusal(url: string): AppError | null {
  const [path, query] = partsOf(url);
  if (!isReadable(path)) {
    return new AppError(
      "bad_request",
      "This address is not percent-encoded properly. Put ids into it through encodeURIComponent.",
    );
  }
  if (hasEmptySegment(path)) return new AppError("not_found", "A part of this address is empty: is an id missing?");
  if (!url.includes(NUL)) return null;
  const field = [...new URLSearchParams(query)].find(([name, value]) => `${name}${value}`.includes("\0"))?.[0];
  const named = field === undefined ? {} : { field: field.replaceAll("\0", "") };
  return new AppError("bad_request", "An address holds no NUL (%00).", named);
}

/**
 * The address of the page that was asked for, without the NULs in its query and the empty parts of its path, as a
 * person who pasted them meant the rest. What cannot be read or has a NUL in its path leads nowhere.
 */
export function pageAddress(url: string): string {
  const [path, query] = partsOf(url);
  if (!isReadable(path) || path.includes(NUL)) return NOWHERE;
  return path.replace(/[/\\]+/g, "/") + query.replaceAll(NUL, "");
}

/** Answers with an error of the API, before any route is asked. */
export function answerRefusal(response: ServerResponse, refused: AppError): void {
  response.writeHead(refused.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(refused.toBody()));
}
