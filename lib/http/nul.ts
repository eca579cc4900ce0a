import type { ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";

/** How NUL stands in an address. */
const NUL = "%00";

/**
 * What an address comes to without NUL, which no text of ours holds: the same address; `null` for a path with one, which
 * is nowhere; without the NULs for a query, as a person who pasted one meant the rest.
 */
export function withoutNul(url: string): string | null {
  if (!url.includes(NUL)) return url;
  const at = url.indexOf("?");
  if (at === -1 || url.slice(0, at).includes(NUL)) return null;
  return url.slice(0, at) + url.slice(at).replaceAll(NUL, "");
}

/** What the API says to a parameter with one: a client that sends it has a fault, and wants to know where. */
export function refuseNul(response: ServerResponse, url: string): void {
  const query = new URLSearchParams(url.split("?", 2)[1] ?? "");
  const field = [...query].find(([name, value]) => `${name}${value}`.includes("\0"))?.[0]?.replaceAll("\0", "");
  const refused = new AppError("bad_request", "An address holds no NUL (%00).", field ? { field } : {});
  response.writeHead(refused.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(refused.toBody()));
}
