import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "@/lib/config";

/** A header that only our own server sets: what this request shows may be some seconds old. */
export const MAY_LAG_HEADER = "x-throughline-may-lag";

/** Who has just changed something sees it at once: until this cookie expires, they read from the primary. */
const COOKIE = "throughline-changed";
const HAS_COOKIE = /(?:^|;) ?throughline-changed=/;
/** Beyond the lag that a replica may have: clocks and the way to the browser. */
const MARGIN_SECONDS = 5;

/**
 * Tells from a request whether it may be answered from a replica: a GET by a browser that has sent nothing else for a
 * while. Everything but GET counts as a change, also actions that only read.
 */
export function watchChanges(request: IncomingMessage, response: ServerResponse, isSecure: boolean): void {
  delete request.headers[MAY_LAG_HEADER];
  const { READ_DATABASE_URL, READ_MAX_LAG_SECONDS } = config();
  if (READ_DATABASE_URL === "") return;
  if (request.method === "GET" || request.method === "HEAD") {
    if (!HAS_COOKIE.test(request.headers.cookie ?? "")) request.headers[MAY_LAG_HEADER] = "1";
    return;
  }
  const age = READ_MAX_LAG_SECONDS + MARGIN_SECONDS;
  const cookie = `${COOKIE}=1; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const { writeHead } = response;
  // At the last moment: what answers may set cookies of its own, all at once.
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    if (!response.headersSent) response.appendHeader("set-cookie", cookie);
    return writeHead.apply(response, args);
  }) as typeof writeHead;
}
