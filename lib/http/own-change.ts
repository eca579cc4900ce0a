import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "@/lib/config";

/** A header set only by our own server: this request's data may be some seconds old. */
export const MAY_LAG_HEADER = "x-throughline-may-lag";

/** Until this cookie expires, a member reads from the primary, to see their own changes at once. */
const cookieName = (isSecure: boolean): string => `${isSecure ? "__Host-" : ""}throughline-changed`;
const HAS_COOKIE = /(?:^|;) ?(?:__Host-)?throughline-changed=/;
/** Added to a replica's maximum lag, for clock differences and network latency. */
const MARGIN_SECONDS = 5;

/**
 * Marks requests that may be answered from a replica: a GET by a browser that has sent nothing else for a while.
 * Everything but GET and HEAD counts as a change, even actions that only read.
 */
export function markReplicaReads(request: IncomingMessage, response: ServerResponse, isSecure: boolean): void {
  delete request.headers[MAY_LAG_HEADER];
  const { READ_DATABASE_URL, READ_MAX_LAG_SECONDS } = config();
  if (READ_DATABASE_URL === "") return;
  if (request.method === "GET" || request.method === "HEAD") {
    if (!HAS_COOKIE.test(request.headers.cookie ?? "")) request.headers[MAY_LAG_HEADER] = "1";
    return;
  }
  const age = READ_MAX_LAG_SECONDS + MARGIN_SECONDS;
  const cookie = `${cookieName(isSecure)}=1; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const { writeHead } = response;
  // At the last moment, as a handler may replace all cookies.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (!response.headersSent) response.appendHeader("set-cookie", cookie);
    return writeHead.apply(response, args);
  }) as typeof writeHead;
}
