import type { ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";

/** Can every part of a path be read? "%E0%A4%A" is the beginning of a letter, which no one can. */
export function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** What the API says to such a path; Next would answer with a page. */
export function refuseUnreadable(response: ServerResponse): void {
  const refused = new AppError(
    "bad_request",
    "This address is not percent-encoded properly. Put ids into it through encodeURIComponent.",
  );
  response.writeHead(refused.status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(refused.toBody()));
}
